/**
 * A bench for each processor of the registry: the processor with a counterpart, the numbers that make it approve and
 * decline, a way to lose a response, and the counterpart's own books to check the vault's records against.
 */
import { systemClock } from '../../shared/base/clock.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { getItem } from '../../shared/base/dynamo.ts';
import { derivedId } from '../../shared/base/ids.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import type { AdapterName } from '../../shared/payments/processors/adapter-table.ts';
import { iso8583 } from '../../shared/payments/processors/iso8583/iso8583.ts';
import { referenceOf } from '../../shared/payments/processors/iso8583/requests.ts';
import type { Processor } from '../../shared/payments/processors/processor.ts';
import { SIMULATOR, type SimulatorItem, simulator } from '../../shared/payments/processors/simulator.ts';
import { stripe } from '../../shared/payments/processors/stripe/stripe.ts';
import { startAcquirer } from '../payments/processors/acquirer.ts';
import { startStripe } from '../payments/processors/stripe-double.ts';
import { CARD } from '../setup/cards.ts';
import { drawBytes } from '../setup/draws.ts';
import { ENGINES } from '../setup/engines.ts';
import { openWorld } from '../setup/world.ts';

/** What the processor itself has on its books under a charge. */
interface Booked {
  /** How many authorizations it carried out. */
  readonly authorizations: number;
  readonly isReleased: boolean;
  readonly captured: number;
  readonly refunded: number;
}

/** What the processor learned of a stored card, as far as its protocol can carry it. */
interface Told {
  readonly initiator: 'customer' | 'merchant';
  readonly isOnFile: boolean;
  /** Of the previous payment; null where the request named none, or the protocol cannot. */
  readonly initialTransactionId: string | null;
}

export interface Bench extends AsyncDisposable {
  readonly processor: Processor;
  readonly cards: { readonly approve: string; readonly insufficientFunds: string; readonly rawCode: string };
  /** Makes the response to the next authorization get lost after it was carried out; the card that does it, if one does. */
  loseResponse(): string;
  /** Makes the next authorization never arrive. */
  loseRequest(): string;
  booked(reference: string): Promise<Booked>;
  told(reference: string): Promise<Told>;
  /** Whether its protocol names the payment before. */
  readonly namesInitial: boolean;
}

const clockOnly = { clock: systemClock, random: drawBytes } as Partial<Deps> as Deps;
const NOTHING: Booked = { authorizations: 0, isReleased: false, captured: 0, refunded: 0 };

async function simulatorBench(): Promise<Bench> {
  const [engine] = ENGINES;
  if (engine === undefined) throw new Error('there is always an engine');
  const world = await openWorld(engine);
  return {
    processor: simulator(world.deps),
    cards: { approve: CARD.approve, insufficientFunds: CARD.insufficientFunds, rawCode: '51' },
    loseResponse: () => CARD.lostResponse,
    loseRequest: () => CARD.timeout,
    async booked(reference) {
      const item = await getItem<SimulatorItem>(world.deps, 'Simulator', reference);
      if (item === null) return NOTHING;
      return {
        authorizations: item.outcome === 'approved' ? item.authorizations_received : 0,
        isReleased: item.outcome === 'canceled',
        captured: item.captured_minor ?? 0,
        refunded: item.refunded_minor ?? 0,
      };
    },
    namesInitial: true,
    async told(reference) {
      const item = await getItem<SimulatorItem>(world.deps, 'Simulator', reference);
      if (item === null) throw new Error('it was never asked');
      const { initiator, credential, initial_transaction_id: initial } = item;
      return { initiator, isOnFile: credential !== 'typed', initialTransactionId: initial || null };
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

async function stripeBench(): Promise<Bench> {
  const double = await startStripe();
  return {
    processor: stripe(clockOnly, { name: 'stripe', url: double.url, secretKey: new Secret('sk_test_of_the_double') }),
    cards: { approve: CARD.approve, insufficientFunds: CARD.insufficientFunds, rawCode: '51' },
    loseResponse() {
      double.failNext('/confirm', 'lost');
      return CARD.approve;
    },
    loseRequest() {
      double.failNext('/confirm', 'garbage');
      return CARD.approve;
    },
    async booked(reference) {
      const intent = double.intentOf(reference);
      if (intent === undefined) return NOTHING;
      const { authorizations, status, received, refunded } = intent;
      return { authorizations, isReleased: status === 'canceled', captured: received, refunded };
    },
    namesInitial: false,
    async told(reference) {
      const said = double.intentOf(reference)?.confirmation;
      const isByMerchant = said?.get('off_session') === 'true';
      return {
        initiator: isByMerchant ? 'merchant' : 'customer',
        isOnFile: isByMerchant || said?.get('setup_future_usage') === 'off_session',
        initialTransactionId: null,
      };
    },
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

async function iso8583Bench(): Promise<Bench> {
  const host = await startAcquirer();
  const acquirer = {
    name: 'acquirer',
    signsOn: true,
    host: { host: '127.0.0.1', port: host.port, bitmaps: 'binary', tls: null },
    terminal: { acquirerId: '123456', terminalId: 'TERM0001', merchantId: 'MERCHANT0000001', categoryCode: '5999' },
  } as const;
  return {
    processor: iso8583(clockOnly, acquirer, host.waitMs),
    cards: { approve: CARD.approve, insufficientFunds: CARD.insufficientFunds, rawCode: '51' },
    loseResponse() {
      host.failNext('silent');
      return CARD.approve;
    },
    loseRequest() {
      host.failNext('unheard');
      return CARD.approve;
    },
    async booked(reference) {
      await host.rest();
      const entry = host.entry(referenceOf(reference));
      if (entry === undefined) return NOTHING;
      const { authorizations, isReversed, captured, refunded, decision } = entry;
      return { authorizations: decision === '00' ? authorizations : 0, isReleased: isReversed, captured, refunded };
    },
    namesInitial: true,
    async told(reference) {
      const additional = host.entry(referenceOf(reference))?.additional ?? '';
      const [, onFile, , initial] = /^(?:22080504([CM])101)?(?:63(\d\d)(.*?))?(?:92|$)/.exec(additional) ?? [];
      return {
        initiator: onFile === 'M' ? 'merchant' : 'customer',
        isOnFile: onFile !== undefined,
        initialTransactionId: initial ?? null,
      };
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** Complete by its type: an adapter without a bench does not compile. */
const BENCHES: Readonly<Record<AdapterName | typeof SIMULATOR, () => Promise<Bench>>> = {
  [SIMULATOR]: simulatorBench,
  stripe: stripeBench,
  iso8583: iso8583Bench,
};

export const benches = Object.entries(BENCHES).map(([name, open]) => ({ name, open }));

let charges = 0;
export const newReference = (): string => derivedId('ch', 'contract', String(++charges));
export const newOperation = (prefix: 'cap' | 'can' | 're'): string => derivedId(prefix, 'contract', String(++charges));
