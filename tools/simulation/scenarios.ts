/**
 * The actions of merchants and the schedule, as a table: the setup, and the errands that are then run and may be
 * repeated. A merchant's errand has one idempotency key for all its repetitions.
 */
import { putNew } from '../../shared/base/dynamo.ts';
import { parse } from '../../shared/base/parse.ts';
import { deliverWebhooks } from '../../shared/events/deliver.ts';
import { addEndpoint } from '../../shared/events/endpoint-store.ts';
import { RESOLVE_AFTER_MS } from '../../shared/ledger/entry.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret } from '../../shared/merchants/secret-store.ts';
import { ChargeRequest, createCharge } from '../../shared/payments/charges/create.ts';
import { cancelCharge, captureCharge, refundCharge } from '../../shared/payments/charges/operations.ts';
import { createCheckout } from '../../shared/payments/checkout/checkout.ts';
import { payCheckout } from '../../shared/payments/checkout/pay.ts';
import { createForward } from '../../shared/payments/forward/forward.ts';
import { ForwardRequest } from '../../shared/payments/forward/request.ts';
import { sweep } from '../../shared/payments/sweep/sweep.ts';
import { storeCard } from '../../shared/vault/vault.ts';
import { CARD } from '../../test/setup/cards.ts';
import type { StoryDeps } from './function.ts';
import { HOOKS_URL, PSP_SECRET, SHOP } from './shop.ts';

/** The verbs of production; a test may replace one by a planted bug. */
export const VERBS = {
  createCharge,
  captureCharge,
  cancelCharge,
  refundCharge,
  storeCard,
  payCheckout,
  createForward,
  sweep,
  deliverWebhooks,
};
export type Verbs = typeof VERBS;

export interface Setting {
  readonly verbs: Verbs;
  tokenize(number?: string): Promise<string>;
  /** A token of a security code alone. */
  tokenizeCvc(): Promise<string>;
  /** Runs during the setup, without faults. */
  cleanly<T>(verb: (deps: StoryDeps) => Promise<T>): Promise<T>;
  /** The same, but stops for good before the first request to another company. */
  untilItSends(verb: (deps: StoryDeps) => Promise<unknown>): Promise<void>;
  /** The webhook receiver's next responses; 200 afterwards. */
  receiverResponses(...statuses: number[]): void;
  pass(durationMs: number): void;
}

export interface Errand {
  readonly name: string;
  readonly by: 'merchant' | 'schedule';
  /** Statuses of a 202 response, after which the merchant sends the same request again. */
  readonly open?: readonly string[];
  run(deps: StoryDeps): Promise<unknown>;
}

export interface Scenario {
  readonly says: string;
  arrange(setting: Setting): Promise<readonly Errand[]>;
}

const AMOUNT = 4180;
const TOKEN_LIFE_MS = 15 * 60_000;
const SWEEP_MS = 50_000;

/** The merchant's server. */
const BY = { caller: SHOP.secret, merchant: async () => SHOP.merchant };

type Wanted = Partial<Parameters<Verbs['createCharge']>[2]>;

const charge = ({ verbs }: Setting, source: string, wanted: Wanted = {}, key = 'order-1'): Errand => ({
  name: `charge ${key}`,
  by: 'merchant',
  open: ['processing'],
  run: (deps) => {
    const request = parse(ChargeRequest, { source, amount: AMOUNT, currency: 'JPY', ...wanted });
    return verbs.createCharge(deps, SHOP.secret, request, key);
  },
});

type Operation = 'captureCharge' | 'cancelCharge' | 'refundCharge';

const operate = (
  { verbs }: Setting,
  verb: Operation,
  chargeId: string,
  { amountMinor, key = 'operation-1' }: { readonly amountMinor?: number; readonly key?: string } = {},
): Errand => ({
  name: `${verb} ${key}`,
  by: 'merchant',
  // A capture or cancel begins at an authorized charge.
  open: verb === 'refundCharge' ? ['processing'] : ['authorized'],
  run: (deps) => verbs[verb](deps, SHOP.secret, { chargeId, amountMinor, idempotencyKey: key }),
});

const store = ({ verbs }: Setting, token: string, again = ''): Errand => ({
  name: `store${again}`,
  by: 'merchant',
  run: (deps) => verbs.storeCard(deps, SHOP.secret, token),
});

/** More than the error of any clock in a story. */
const SESSION_LIFE_MINUTES = 30;

const checkout = (setting: Setting): Promise<string> =>
  setting.cleanly(async (deps) => {
    const wanted = { amount: AMOUNT, currency: 'JPY', success_url: 'https://shop.example/' };
    const terms = { ...wanted, expires_in_minutes: SESSION_LIFE_MINUTES };
    return (await createCheckout(deps, BY, terms, 'order-1')).entry_id;
  });

/** Pays from one tab. The session may change between two responses; the outcome of this payment may not. */
const pay = ({ verbs }: Setting, session: string, token: string, tab = 'a'): Errand => ({
  name: `pay in tab ${tab}`,
  by: 'merchant',
  open: ['processing'],
  run: async (deps) => ({ status: (await verbs.payCheckout(deps, session, token)).payment.outcome }),
});

/** Forwards to the merchant's own PSP, with the number, the code where there is one, and a secret in a header. */
const forward = ({ verbs }: Setting, source: string, key = 'order-1'): Errand => ({
  name: `forward ${key}`,
  by: 'merchant',
  open: ['processing'],
  run: (deps) => {
    const code = source.startsWith('tok_') ? { code: '{{ card.cvc }}' } : {};
    const body = { reference: key, number: '{{ card.number }}', ...code };
    const headers = { authorization: `Bearer {{ secret.${PSP_SECRET} }}` };
    const request = { method: 'POST', path: '/v1/payments', headers, body };
    const wanted = parse(ForwardRequest, { source, destination: 'psp', request });
    return verbs.createForward(deps, BY, wanted, key);
  },
});

const knowPsp = (setting: Setting): Promise<unknown> =>
  setting.cleanly(async (deps) => {
    await putNew(deps, 'Merchants', SHOP.merchant);
    const where = { merchantId: SHOP.merchant.merchant_id, name: PSP_SECRET, use: 'forward:psp/test' } as const;
    return putSecret(deps, where, new Secret('a key at the PSP'));
  });

/** A forward of a token that its function began and did not end. */
async function leftInTheMiddle(setting: Setting): Promise<Errand> {
  await knowPsp(setting);
  const errand = forward(setting, await setting.tokenize());
  await setting.untilItSends(errand.run);
  setting.pass(RESOLVE_AFTER_MS);
  return errand;
}

const DELIVERY_MS = 40_000;
export const deliveryOf = ({ verbs }: Pick<Setting, 'verbs'>): Errand => ({
  name: 'deliver',
  by: 'schedule',
  run: (deps) => verbs.deliverWebhooks(deps, deps.clock.nowMs() + DELIVERY_MS),
});

const listens = (setting: Setting): Promise<unknown> =>
  setting.cleanly(async (deps) => {
    await putNew(deps, 'Merchants', SHOP.merchant);
    const wanted = { merchantId: SHOP.merchant.merchant_id, mode: 'test', url: HOOKS_URL } as const;
    return addEndpoint(deps, wanted, { dangerouslyAllowLoopback: false });
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
  return (await setting.cleanly((deps) => storeCard(deps, SHOP.secret, token))).id;
}

/** One operation each: every fault strikes every call of these. */
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
    says: 'the processor acts and never responds',
    arrange: async (setting) => [charge(setting, await setting.tokenize(CARD.lostResponse))],
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
  'charge a stored card with its code': {
    says: 'typed again',
    arrange: async (setting) => [charge(setting, await stored(setting), { cvc_token: await setting.tokenizeCvc() })],
  },
  'store a card': {
    says: 'a token becomes a card',
    arrange: async (setting) => [store(setting, await setting.tokenize())],
  },
  'pay a session': {
    says: 'by its link',
    arrange: async (setting) => [pay(setting, await checkout(setting), await setting.tokenize())],
  },
  'pay a session with a declined card': {
    says: 'another may be tried',
    arrange: async (setting) => [pay(setting, await checkout(setting), await setting.tokenize(CARD.declined))],
  },
  'sweep a session after its payment was lost': {
    says: 'the processor has it',
    arrange: async (setting) => {
      const session = await checkout(setting);
      await setting.cleanly(pay(setting, session, await setting.tokenize(CARD.lostResponse)).run);
      setting.pass(RESOLVE_AFTER_MS);
      return [sweepOf(setting)];
    },
  },
  'forward a token': {
    says: 'to the merchant’s own PSP',
    arrange: async (setting) => {
      await knowPsp(setting);
      return [forward(setting, await setting.tokenize())];
    },
  },
  'forward a stored card': {
    says: 'by its id',
    arrange: async (setting) => {
      await knowPsp(setting);
      return [forward(setting, await stored(setting))];
    },
  },
  'forward a spent token': {
    says: 'a charge spent it',
    arrange: async (setting) => {
      await knowPsp(setting);
      const source = await setting.tokenize();
      await setting.cleanly(charge(setting, source, {}, 'order-0').run);
      return [forward(setting, source)];
    },
  },
  'sweep a forward left in the middle': {
    says: 'ended without being sent again',
    arrange: async (setting) => {
      await leftInTheMiddle(setting);
      return [sweepOf(setting)];
    },
  },
  'retry a forward left in the middle': {
    says: 'the same, by its merchant',
    arrange: async (setting) => [await leftInTheMiddle(setting)],
  },
  'deliver the events of a charge': {
    says: 'to the merchant’s endpoint',
    arrange: async (setting) => {
      await listens(setting);
      await charged(setting, CARD.approve);
      return [deliveryOf(setting)];
    },
  },
  'deliver to an endpoint that fails': {
    says: 'and takes it later',
    arrange: async (setting) => {
      await listens(setting);
      setting.receiverResponses(500, 503);
      await charged(setting, CARD.declined);
      return [deliveryOf(setting)];
    },
  },
  'deliver to an endpoint that is gone': {
    says: 'it returns 410',
    arrange: async (setting) => {
      await listens(setting);
      setting.receiverResponses(410, 410);
      await charged(setting, CARD.declined);
      return [deliveryOf(setting)];
    },
  },
  capture: {
    says: 'a part of the authorization',
    arrange: async (setting) => [
      operate(setting, 'captureCharge', await charged(setting, CARD.approve, { capture: false }), {
        amountMinor: 1000,
      }),
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
    arrange: async (setting) => [
      operate(setting, 'refundCharge', await charged(setting, CARD.approve), { amountMinor: 1000 }),
    ],
  },
  'refund the rest': {
    says: 'without an amount',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      await setting.cleanly(operate(setting, 'refundCharge', id, { amountMinor: 180, key: 'operation-0' }).run);
      return [operate(setting, 'refundCharge', id)];
    },
  },
  'refund what the processor refuses': {
    says: 'the amount can be refunded again',
    arrange: async (setting) => [
      operate(setting, 'refundCharge', await charged(setting, CARD.refundFails), { amountMinor: 1000 }),
    ],
  },
  'sweep a charge after its response was lost': {
    says: 'found by lookup',
    arrange: async (setting) => {
      await charged(setting, CARD.lostResponse);
      setting.pass(RESOLVE_AFTER_MS);
      return [sweepOf(setting)];
    },
  },
  'sweep a charge the processor never saw': {
    says: 'reversed, then failed',
    arrange: async (setting) => {
      await charged(setting, CARD.timeout);
      setting.pass(RESOLVE_AFTER_MS);
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
  'retry a stale charge after its response was lost': {
    says: 'found by lookup',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.lostResponse));
      await setting.cleanly(errand.run);
      setting.pass(RESOLVE_AFTER_MS);
      return [errand];
    },
  },
  'retry a stale charge the processor never saw': {
    says: 'reversed, then failed',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.timeout));
      await setting.cleanly(errand.run);
      setting.pass(RESOLVE_AFTER_MS);
      return [errand];
    },
  },
} as const satisfies Record<string, Scenario>;

/** Concurrent errands; the seed interleaves their calls. */
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
  'two charges with one code': {
    says: 'of one stored card',
    arrange: async (setting) => {
      const [source, cvc_token] = [await stored(setting), await setting.tokenizeCvc()];
      return [charge(setting, source, { cvc_token }, 'order-1'), charge(setting, source, { cvc_token }, 'order-2')];
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
  'a session paid in three tabs': {
    says: 'two cards, one of them twice',
    arrange: async (setting) => {
      const session = await checkout(setting);
      const first = pay(setting, session, await setting.tokenize());
      return [first, pay(setting, session, await setting.tokenize(), 'b'), first];
    },
  },
  'a payment and the sweep': {
    says: 'while its session is about to expire',
    arrange: async (setting) => {
      const session = await checkout(setting);
      setting.pass(SESSION_LIFE_MINUTES * 60_000 - TOKEN_LIFE_MS);
      const token = await setting.tokenize();
      setting.pass(TOKEN_LIFE_MS - 60);
      return [pay(setting, session, token), sweepOf(setting)];
    },
  },
  'the same forward three times': {
    says: 'one key',
    arrange: async (setting) => {
      await knowPsp(setting);
      const errand = forward(setting, await setting.tokenize());
      return [errand, errand, errand];
    },
  },
  'a charge against a forward': {
    says: 'one token',
    arrange: async (setting) => {
      await knowPsp(setting);
      const source = await setting.tokenize();
      return [charge(setting, source), forward(setting, source)];
    },
  },
  'ending a forward from all sides': {
    says: 'two sweeps and a retry',
    arrange: async (setting) => [await leftInTheMiddle(setting), sweepOf(setting), sweepOf(setting)],
  },
  'two deliverers': {
    says: 'of the same events',
    arrange: async (setting) => {
      await listens(setting);
      await charged(setting, CARD.approve);
      return [deliveryOf(setting), deliveryOf(setting)];
    },
  },
  'a refund while its charge is delivered': {
    says: 'an event comes in between',
    arrange: async (setting) => {
      await listens(setting);
      const id = await charged(setting, CARD.approve);
      return [deliveryOf(setting), operate(setting, 'refundCharge', id, { amountMinor: 1000 })];
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
      return [
        operate(setting, 'captureCharge', id, { amountMinor: 1000, key: 'a' }),
        operate(setting, 'cancelCharge', id, { key: 'b' }),
      ];
    },
  },
  'three refunds': {
    says: 'of more than was captured',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      return ['a', 'b', 'c'].map((key) => operate(setting, 'refundCharge', id, { amountMinor: 2000, key }));
    },
  },
  'the same refund twice beside another': {
    says: 'of the rest',
    arrange: async (setting) => {
      const id = await charged(setting, CARD.approve);
      const rest = operate(setting, 'refundCharge', id, { key: 'rest' });
      return [rest, operate(setting, 'refundCharge', id, { amountMinor: 1000, key: 'part' }), rest];
    },
  },
  'resolving an unresolved charge from all sides': {
    says: 'two sweeps and a retry',
    arrange: async (setting) => {
      const errand = charge(setting, await setting.tokenize(CARD.timeout));
      await setting.cleanly(errand.run);
      setting.pass(RESOLVE_AFTER_MS);
      return [errand, sweepOf(setting), sweepOf(setting)];
    },
  },
} as const satisfies Record<string, Scenario>;

export const SCENARIOS: Readonly<Record<string, Scenario>> = { ...SINGLE, ...RACES };
