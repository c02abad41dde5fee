/**
 * What merchants and the schedule do, as a table: how the world is arranged, and the errands that are then run, each
 * of which whoever runs it may repeat. An errand by a merchant has one idempotency key for all its repetitions.
 */
import { parse } from '../../shared/base/parse.ts';
import { ChargeRequest, createCharge } from '../../shared/charges/charges.ts';
import { cancelCharge, captureCharge, refundCharge } from '../../shared/charges/operations.ts';
import { SETTLE_AFTER_MS } from '../../shared/ledger/entry.ts';
import { sweep } from '../../shared/sweep/sweep.ts';
import type { CdeDeps } from '../../shared/vault/cipher.ts';
import { storeCard } from '../../shared/vault/vault.ts';
import { CARD } from '../setup/cards.ts';
import type { Shop } from '../setup/world.ts';

/** The verbs of production; a test may plant another in their place to see it found. */
export const VERBS = { createCharge, captureCharge, cancelCharge, refundCharge, storeCard, sweep };
export type Verbs = typeof VERBS;

export interface Setting {
  readonly shop: Shop;
  readonly verbs: Verbs;
  tokenize(number?: string): Promise<string>;
  /** Runs before the story begins, without faults. */
  cleanly<T>(verb: (deps: CdeDeps) => Promise<T>): Promise<T>;
  pass(durationMs: number): void;
}

export interface Errand {
  readonly name: string;
  readonly by: 'merchant' | 'schedule';
  /** Statuses of an answer 202, after which the same request is to be sent again. */
  readonly open?: readonly string[];
  run(deps: CdeDeps): Promise<unknown>;
}

export interface Scenario {
  readonly says: string;
  arrange(setting: Setting): Promise<readonly Errand[]>;
}

const AMOUNT = 4180;
const TOKEN_LIFE_MS = 15 * 60_000;
const SWEEP_MS = 50_000;

type Wanted = Partial<Parameters<Verbs['createCharge']>[2]>;

const charge = ({ shop, verbs }: Setting, source: string, wanted: Wanted = {}, key = 'order-1'): Errand => ({
  name: `charge ${key}`,
  by: 'merchant',
  open: ['processing'],
  run: (deps) => {
    const request = parse(ChargeRequest, { source, amount: AMOUNT, currency: 'JPY', ...wanted });
    return verbs.createCharge(deps, shop.secret, request, key);
  },
});

type Operation = 'captureCharge' | 'cancelCharge' | 'refundCharge';

const operate = (
  { shop, verbs }: Setting,
  verb: Operation,
  chargeId: string,
  amountMinor?: number,
  key = 'operation-1',
): Errand => ({
  name: `${verb} ${key}`,
  by: 'merchant',
  // An authorized charge is where a capture or cancel began.
  open: verb === 'refundCharge' ? ['processing'] : ['authorized'],
  run: (deps) => verbs[verb](deps, shop.secret, { chargeId, amountMinor, idempotencyKey: key }),
});

const store = ({ shop, verbs }: Setting, token: string, again = ''): Errand => ({
  name: `store${again}`,
  by: 'merchant',
  run: (deps) => verbs.storeCard(deps, shop.secret, token),
});

export const sweepOf = ({ verbs }: Pick<Setting, 'verbs'>): Errand => ({
  name: 'sweep',
  by: 'schedule',
  run: (deps) => verbs.sweep(deps, deps.clock.nowMs() + SWEEP_MS),
});

async function charged(setting: Setting, number: string, wanted: Wanted = {}): Promise<string> {
  const source = await setting.tokenize(number);
  const { id } = (await setting.cleanly(charge(setting, source, wanted).run)) as { id: string };
  return id;
}

async function stored(setting: Setting): Promise<string> {
  const token = await setting.tokenize();
  return (await setting.cleanly((deps) => storeCard(deps, setting.shop.secret, token))).id;
}

/** One operation each: every point of these is tried with every fault. */
export const SINGLE = {
  'charge a token': {
    says: 'authorize and capture at once',
    arrange: async (setting) => [charge(setting, await setting.tokenize())],
  },
  'authorize a token': {
    says: 'capture later',
    arrange: async (setting) => [charge(setting, await setting.tokenize(), { capture: false })],
  },
  'charge a token and save its card': {
    says: 'save_card',
    arrange: async (setting) => [charge(setting, await setting.tokenize(), { save_card: true })],
  },
  'charge a declined card': {
    says: 'the issuer says no',
    arrange: async (setting) => [charge(setting, await setting.tokenize(CARD.declined))],
  },
  'charge a silent processor': {
    says: 'the processor acts and never answers',
    arrange: async (setting) => [charge(setting, await setting.tokenize(CARD.lostAnswer))],
  },
  'charge a spent token': {
    says: 'another charge spent it',
    arrange: async (setting) => {
      const source = await setting.tokenize();
      await setting.cleanly(charge(setting, source, {}, 'order-0').run);
      return [charge(setting, source)];
    },
  },
  'charge a stored card': {
    says: 'by its id',
    arrange: async (setting) => [charge(setting, await stored(setting))],
  },
  'store a card': {
    says: 'a token becomes a card',
    arrange: async (setting) => [store(setting, await setting.tokenize())],
  },
  capture: {
    says: 'a part of the authorization',
    arrange: async (setting) => [
      operate(setting, 'captureCharge', await charged(setting, CARD.approve, { capture: false }), 1000),
    ],
  },
  cancel: {
    says: 'an authorization',
    arrange: async (setting) => [
      operate(setting, 'cancelCharge', await charged(setting, CARD.approve, { capture: false })),
    ],
  },
  'refund a part': {
    says: 'of a capture',
    arrange: async (setting) => [operate(setting, 'refundCharge', await charged(setting, CARD.approve), 1000)],
  },
  'refund the rest': {
    says: 'without an amount',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      await setting.cleanly(operate(setting, 'refundCharge', id, 180, 'operation-0').run);
      return [operate(setting, 'refundCharge', id)];
    },
  },
  'refund what the processor refuses': {
    says: 'the amount can be refunded again',
    arrange: async (setting) => [operate(setting, 'refundCharge', await charged(setting, CARD.refundFails), 1000)],
  },
  'sweep a charge whose answer was lost': {
    says: 'found by lookup',
    arrange: async (setting) => {
      await charged(setting, CARD.lostAnswer);
      setting.pass(SETTLE_AFTER_MS);
      return [sweepOf(setting)];
    },
  },
  'sweep a charge the processor never saw': {
    says: 'reversed, then failed',
    arrange: async (setting) => {
      await charged(setting, CARD.timeout);
      setting.pass(SETTLE_AFTER_MS);
      return [sweepOf(setting)];
    },
  },
  'sweep an expired token': {
    says: 'erased by an explicit write',
    arrange: async (setting) => {
      await setting.tokenize();
      setting.pass(TOKEN_LIFE_MS);
      return [sweepOf(setting)];
    },
  },
  'retry a stale charge whose answer was lost': {
    says: 'found by lookup',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.lostAnswer));
      await setting.cleanly(errand.run);
      setting.pass(SETTLE_AFTER_MS);
      return [errand];
    },
  },
  'retry a stale charge the processor never saw': {
    says: 'reversed, then failed',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.timeout));
      await setting.cleanly(errand.run);
      setting.pass(SETTLE_AFTER_MS);
      return [errand];
    },
  },
} as const satisfies Record<string, Scenario>;

/** Several errands at once: their calls are interleaved as the seed says. */
export const RACES = {
  'the same charge three times': {
    says: 'one key',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(), { save_card: true });
      return [errand, errand, errand];
    },
  },
  'two charges of one token': {
    says: 'two keys',
    arrange: async (setting) => {
      const source = await setting.tokenize();
      return [charge(setting, source, {}, 'order-1'), charge(setting, source, {}, 'order-2')];
    },
  },
  'a charge and the sweep': {
    says: 'while its token is about to expire',
    arrange: async (setting) => {
      const source = await setting.tokenize();
      setting.pass(TOKEN_LIFE_MS - 40);
      return [charge(setting, source, { capture: false }), sweepOf(setting)];
    },
  },
  'a charge against storing its card': {
    says: 'one token',
    arrange: async (setting) => {
      const source = await setting.tokenize();
      return [charge(setting, source), store(setting, source)];
    },
  },
  'the same card stored twice': {
    says: 'one token',
    arrange: async (setting) => {
      const errand = store(setting, await setting.tokenize());
      return [errand, errand];
    },
  },
  'capture against cancel': {
    says: 'one authorization',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve, { capture: false });
      return [operate(setting, 'captureCharge', id, 1000, 'a'), operate(setting, 'cancelCharge', id, undefined, 'b')];
    },
  },
  'three refunds': {
    says: 'of more than was captured',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      return ['a', 'b', 'c'].map((key) => operate(setting, 'refundCharge', id, 2000, key));
    },
  },
  'the same refund twice beside another': {
    says: 'of what is left',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      const rest = operate(setting, 'refundCharge', id, undefined, 'rest');
      return [rest, operate(setting, 'refundCharge', id, 1000, 'part'), rest];
    },
  },
  'settling an unsettled charge from all sides': {
    says: 'two sweeps and a retry',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.timeout));
      await setting.cleanly(errand.run);
      setting.pass(SETTLE_AFTER_MS);
      return [errand, sweepOf(setting), sweepOf(setting)];
    },
  },
} as const satisfies Record<string, Scenario>;

export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...SINGLE, ...RACES };
