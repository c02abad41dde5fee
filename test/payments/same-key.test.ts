/**
 * A repeated request with its key gets the first response after any change, and the vault refuses another request with
 * that key (V6). The table has each verb that moves money or makes something once, and each change that an operator, the
 * deployment or time can make. Live mode, because only there the merchant's record chooses a processor.
 */

import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { certificateFingerprint, type LiveDestination } from '../../shared/base/destinations.ts';
import { change } from '../../shared/base/dynamo.ts';
import { makeSafeFetch } from '../../shared/base/net/safe-fetch.ts';
import { parse } from '../../shared/base/parse.ts';
import { RESOLVE_AFTER_MS } from '../../shared/ledger/entry.ts';
import { createCallers } from '../../shared/merchants/callers.ts';
import type { Caller, Merchant, ProcessorRecord } from '../../shared/merchants/merchant.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret, secretReader } from '../../shared/merchants/secret-store.ts';
import { ChargeRequest, createCharge } from '../../shared/payments/charges/create.ts';
import {
  AmountRequest,
  cancelCharge,
  captureCharge,
  NoAmountRequest,
  refundCharge,
} from '../../shared/payments/charges/operations.ts';
import { createCheckout } from '../../shared/payments/checkout/checkout.ts';
import { payCheckout } from '../../shared/payments/checkout/pay.ts';
import { CheckoutRequest } from '../../shared/payments/checkout/request.ts';
import { createForward, type ForwardDeps } from '../../shared/payments/forward/forward.ts';
import { ForwardRequest } from '../../shared/payments/forward/request.ts';
import { sweep } from '../../shared/payments/sweep/sweep.ts';
import { moveCard } from '../../shared/vault/cards.ts';
import { tokenHash } from '../../shared/vault/tokens.ts';
import { storeCard } from '../../shared/vault/vault.ts';
import { CARD, newKey, tokenize } from '../setup/cards.ts';
import { use } from '../setup/use.ts';
import { openWorld, type Shop } from '../setup/world.ts';
import { makeAuthority } from './forward/certificates.ts';
import { ok, startPsp } from './forward/psp.ts';
import { startAcquirer } from './processors/acquirer.ts';
import { startStripe } from './processors/stripe-double.ts';

const authority = makeAuthority();
const caSha256 = certificateFingerprint(authority.caPem) ?? '';
const PSP_KEY = new Secret('the account of the shop at its PSP');

const world = use(openWorld);
const acquirer = use(() => startAcquirer({ tls: authority.server(['127.0.0.1']) }));
const stripe = use(startStripe);
const psp = use(() => startPsp(authority.server(['api.psp.example'])));
beforeAll(() => psp.respond(ok('{"result":"ok"}')));

const ACCOUNT = { acquirer_id: '123456', terminal_id: 'TERM0001', merchant_id: 'CHAYA0000000001' };

/** What the template of these tests names. */
const deployed = (): LiveDestination[] => [
  {
    name: 'acquirer',
    kind: 'processor',
    hosts: [`127.0.0.1:${acquirer.port}`],
    accounts: [Object.values(ACCOUNT).join('.')],
    caSha256,
  },
  {
    name: 'psp',
    kind: 'forward',
    hosts: [`api.psp.example:${psp.port}`],
    accounts: [PSP_KEY.fingerprint() ?? ''],
    caSha256,
    paths: ['/v1'],
    methods: ['POST'],
    fields: { number: ['/pan'] },
    credentialAt: 'header:authorization',
  },
];

/** The merchant's record as it was set up; `name` is the default among two processors of one host. */
const settings = (defaultName = 'first'): Partial<Merchant> & { forward_destinations: unknown } => {
  const { port } = acquirer;
  const live = (name: string): ProcessorRecord => ({
    name,
    adapter: 'iso8583',
    mode: 'live',
    is_default: name === defaultName,
    settings: { host: '127.0.0.1', port: String(port), ca: authority.caPem, category_code: '5999', ...ACCOUNT },
  });
  const test: ProcessorRecord = {
    name: 'stripe',
    adapter: 'stripe',
    mode: 'test',
    is_default: false,
    secret: 'stripe-key',
    settings: { url: stripe.url },
  };
  const destination = {
    name: 'psp',
    mode: 'live',
    origin: `https://api.psp.example:${psp.port}`,
    path_prefix: '/v1',
    methods: ['POST'],
    fields: { number: ['/pan'] },
    ca_pem: authority.caPem,
    dangerously_allows_loopback: false,
  };
  return { processors: [live('first'), live('second'), test], forward_destinations: [destination] };
};

/** Replaces attributes of the merchant's record, as somebody does who may write the table. */
async function write({ merchant }: Shop, wanted: object): Promise<void> {
  const names = Object.keys(wanted);
  await change(world.deps, 'Merchants', merchant.merchant_id, {
    update: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    condition: 'attribute_exists(record_id)',
    names: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    values: Object.fromEntries(Object.entries(wanted).map(([name, value]) => [`:${name}`, value])),
  });
}

async function drop(recordId: string): Promise<void> {
  const { dynamodb, table } = world.deps;
  await dynamodb.send(new DeleteItemCommand({ TableName: table('Merchants'), Key: { record_id: { S: recordId } } }));
}

const seal = ({ merchant }: Shop, name: 'stripe-key' | 'psp-key', secret: Secret) =>
  putSecret(
    world.deps,
    {
      merchantId: merchant.merchant_id,
      name,
      use: name === 'psp-key' ? 'forward:psp/live' : 'processor:stripe/test',
    },
    secret,
  );

async function openShop(): Promise<Shop> {
  const shop = await world.merchant();
  await write(shop, settings());
  await seal(shop, 'stripe-key', new Secret('sk_test_of_the_double'));
  await seal(shop, 'psp-key', PSP_KEY);
  return shop;
}

/** A new function instance, without a processor, secret or merchant in memory. */
function instance(liveDestinations: readonly LiveDestination[] = deployed()): ForwardDeps {
  const deps = { ...world.deps, liveDestinations };
  const send = makeSafeFetch({ resolve: async () => ['127.0.0.1'], dangerouslyAllowLoopback: true });
  const nowhere = () => Promise.reject(new Error('a live forward goes out by the public way'));
  return { ...deps, secrets: secretReader(deps), send, sendNearby: nowhere };
}

const liveOf = ({ secret }: Shop): Caller => ({ ...secret, mode: 'live', owner: `${secret.merchantId}/live` });

/** Test cards are refused to live keys, so a token or card becomes a live one where it lies. */
async function enliven(shop: Shop, table: 'Tokens' | 'Cards', id: string): Promise<void> {
  await change(world.deps, table, table === 'Tokens' ? tokenHash(id) : id, {
    update: 'SET #owner = :owner',
    condition: 'attribute_exists(#owner)',
    names: { '#owner': 'owner' },
    values: { ':owner': liveOf(shop).owner },
  });
}

async function liveToken(shop: Shop, number: string = CARD.approve): Promise<string> {
  const { id } = await tokenize(world, shop, number);
  await enliven(shop, 'Tokens', id);
  return id;
}

async function liveCard(shop: Shop): Promise<string> {
  const { id } = await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id);
  await enliven(shop, 'Cards', id);
  return id;
}

type Body = Record<string, unknown>;
type Ask = (deps: ForwardDeps, body: Body) => Promise<unknown>;

/** A request under its key, and the same under that key with one thing changed. */
interface Request {
  readonly body: Body;
  readonly ask: Ask;
  /** Parameter that the refusal names, and the change. */
  readonly others: readonly (readonly [param: string, changes: Body])[];
}

const PRICE = { amount: 4180, currency: 'JPY' };
const RETURN = { success_url: 'https://shop.example/paid' };

const charging = (caller: Caller): Ask => {
  const key = newKey();
  return (deps, body) => createCharge(deps, caller, parse(ChargeRequest, body), key);
};

/** A charge that an operation can work on. */
async function charged(shop: Shop, wanted: Body = {}, caller = liveOf(shop)): Promise<string> {
  const source = caller.mode === 'live' ? await liveToken(shop) : (await tokenize(world, shop)).id;
  const made = await createCharge(instance(), caller, parse(ChargeRequest, { source, ...PRICE, ...wanted }), newKey());
  return made.id;
}

const OPERATIONS = { capture: captureCharge, cancel: cancelCharge, refund: refundCharge };
const operating = (verb: keyof typeof OPERATIONS, caller: Caller, chargeId: string): Ask => {
  const idempotencyKey = newKey();
  const form = verb === 'cancel' ? NoAmountRequest : AmountRequest;
  return (deps, body) => {
    const { amount: amountMinor } = parse(form, body) as { amount?: number };
    return OPERATIONS[verb](deps, caller, { chargeId, amountMinor, idempotencyKey });
  };
};

const WHOLE: Request['others'] = [
  ['amount', { amount: 4180 }],
  ['amount', { amount: 1000 }],
];
const PART: Request['others'] = [
  ['amount', { amount: undefined }],
  ['amount', { amount: 4180 }],
];

const VERBS: Readonly<Record<string, (shop: Shop) => Promise<Request>>> = {
  'a charge of a token by the default processor': async (shop) => ({
    body: { source: await liveToken(shop), ...PRICE },
    ask: charging(liveOf(shop)),
    others: [
      ['amount', { amount: 4181 }],
      ['processor', { processor: 'first' }],
      ['processor', { processor: 'unheard-of' }],
    ],
  }),
  'a charge of a card by a named processor': async (shop) => ({
    body: { source: await liveCard(shop), ...PRICE, processor: 'second' },
    ask: charging(liveOf(shop)),
    others: [
      ['processor', { processor: undefined }],
      ['processor', { processor: 'first' }],
      ['initiator', { initiator: 'merchant' }],
    ],
  }),
  'a charge by a processor with a credential': async (shop) => ({
    body: { source: (await tokenize(world, shop)).id, ...PRICE, processor: 'stripe' },
    ask: charging(shop.secret),
    others: [
      ['amount', { amount: 1 }],
      ['processor', { processor: undefined }],
    ],
  }),
  'a charge that names the simulator': async (shop) => ({
    body: { source: (await tokenize(world, shop)).id, ...PRICE, processor: 'simulator' },
    ask: charging(shop.secret),
    others: [['processor', { processor: undefined }]],
  }),
  'a charge that saves its card': async (shop) => ({
    body: { source: await liveToken(shop), ...PRICE, save_card: true },
    ask: charging(liveOf(shop)),
    others: [['save_card', { save_card: undefined }]],
  }),
  'a declined charge': async (shop) => ({
    body: { source: await liveToken(shop, CARD.declined), ...PRICE },
    ask: charging(liveOf(shop)),
    others: [['amount', { amount: 1 }]],
  }),
  'a charge of a spent token': async (shop) => {
    const source = await liveToken(shop);
    await storeCard(world.deps, liveOf(shop), source);
    return { body: { source, ...PRICE }, ask: charging(liveOf(shop)), others: [['amount', { amount: 1 }]] };
  },
  'a capture of the whole': async (shop) => ({
    body: {},
    ask: operating('capture', liveOf(shop), await charged(shop, { capture: false })),
    others: WHOLE,
  }),
  'a capture of a part': async (shop) => ({
    body: { amount: 1000 },
    ask: operating('capture', liveOf(shop), await charged(shop, { capture: false })),
    others: PART,
  }),
  'a cancel': async (shop) => ({
    body: {},
    ask: operating('cancel', liveOf(shop), await charged(shop, { capture: false })),
    others: [],
  }),
  'a refund of the whole': async (shop) => ({
    body: {},
    ask: operating('refund', liveOf(shop), await charged(shop)),
    others: WHOLE,
  }),
  'a refund of a part': async (shop) => ({
    body: { amount: 1000 },
    ask: operating('refund', liveOf(shop), await charged(shop)),
    others: PART,
  }),
  'a refund by a processor with a credential': async (shop) => ({
    body: { amount: 1000 },
    ask: operating('refund', shop.secret, await charged(shop, { processor: 'stripe' }, shop.secret)),
    others: PART,
  }),
  'a forward': async (shop) => {
    const [caller, key] = [liveOf(shop), newKey()];
    const headers = { authorization: 'Bearer {{ secret.psp-key }}' };
    const request = { method: 'POST', path: '/v1/payments', headers, body: { pan: '{{ card.number }}' } };
    return {
      body: { source: await liveToken(shop), destination: 'psp', request },
      ask: (deps, body) => {
        const merchant = () => createCallers(deps).merchant(caller);
        return createForward(deps, { caller, merchant }, parse(ForwardRequest, body), key);
      },
      others: [
        ['destination', { destination: 'unheard-of' }],
        ['request', { request: { ...request, path: '/elsewhere' } }],
        ['request', { request: { ...request, method: 'PUT' } }],
        ['request', { request: { ...request, headers: { authorization: 'Bearer {{ secret.unheard-of }}' } } }],
      ],
    };
  },
  'a card that is stored': async (shop) => ({
    body: { token: await liveToken(shop) },
    ask: (deps, body) => storeCard(deps, liveOf(shop), String(body.token)),
    others: [],
  }),
  'a checkout session': async (shop) => {
    const [caller, key] = [liveOf(shop), newKey()];
    return {
      body: { ...PRICE, ...RETURN, expires_in_minutes: 24 * 60 },
      ask: (deps, body) => {
        const merchant = () => createCallers(deps).merchant(caller);
        return createCheckout(deps, { caller, merchant }, parse(CheckoutRequest, body), key);
      },
      others: [
        ['amount', { amount: 1 }],
        ['success_url', { success_url: 'https://elsewhere.example/' }],
        ['processor', { processor: 'unheard-of' }],
        ['expires_in_minutes', { expires_in_minutes: undefined }],
      ],
    };
  },
  'a payment of a session': async (shop) => {
    const by = { caller: liveOf(shop), merchant: async () => ({ ...shop.merchant, ...settings() }) as Merchant };
    const session = await createCheckout(instance(), by, parse(CheckoutRequest, { ...PRICE, ...RETURN }), newKey());
    return {
      body: { token: await liveToken(shop) },
      ask: async (deps, body) => (await payCheckout(deps, session.entry_id, String(body.token))).payment,
      others: [],
    };
  },
};

const MINUTE_MS = 60_000;
/** As the schedule does it, later. */
async function sweepAfter(durationMs: number): Promise<void> {
  world.clock.advance(durationMs);
  await sweep(instance(), world.clock.nowMs() + MINUTE_MS);
}

/** What is changed for a shop after the first requests. */
const CHANGES: Readonly<Record<string, (shop: Shop) => Promise<unknown>>> = {
  'another instance responds': async () => {},
  'the default processor is another': (shop) => write(shop, settings('second')),
  'no processor is the default': (shop) => write(shop, settings('neither')),
  'the processors are gone': (shop) => write(shop, { processors: [] }),
  'the processors are at another host': (shop) => {
    const processors = settings().processors?.map((one) => ({ ...one, settings: { ...one.settings, port: '1' } }));
    return write(shop, { processors });
  },
  'the credentials are new': async (shop) => {
    await seal(shop, 'stripe-key', new Secret('sk_test_of_another_year'));
    await seal(shop, 'psp-key', new Secret('an account that is not deployed'));
  },
  'a credential is of the other mode': (shop) => seal(shop, 'stripe-key', new Secret('sk_live_not_for_tests')),
  'the secrets are gone': async ({ merchant }) => {
    for (const name of ['stripe-key', 'psp-key']) await drop(`secret_${merchant.merchant_id}_${name}`);
  },
  'the destinations are gone': (shop) => write(shop, { forward_destinations: [] }),
  'the merchant’s name, origins, limits and times are others': (shop) =>
    write(shop, {
      name: 'Another',
      allowed_origins: [],
      limits: { live: { proofBits: 20, network: { proofAfter: 0, most: 0 } } },
      token_ttl_minutes: 1,
    }),
  'the merchant’s record is gone': ({ merchant }) => drop(merchant.merchant_id),
  'the tokens have expired and were swept': () => sweepAfter(2 * 60 * MINUTE_MS),
};

/** The response, or the refusal in its place. */
const responseTo = (asked: Promise<unknown>): Promise<unknown> =>
  asked.catch((error: { code?: string; detail?: object }) => {
    if (error.code === undefined) throw error;
    return { refused: error.code, ...error.detail };
  });

const conflict = (param: string) => expect.objectContaining({ refused: 'idempotency_conflict', param });

interface Done extends Request {
  readonly first: unknown;
}

describe.each(Object.keys(CHANGES))('after %s', (name) => {
  const done = new Map<string, Done>();
  beforeAll(async () => {
    const shop = await openShop();
    const requests = await Promise.all(
      Object.entries(VERBS).map(async ([verb, prepare]) => [verb, await prepare(shop)] as const),
    );
    for (const [verb, request] of requests) {
      done.set(verb, { ...request, first: await responseTo(request.ask(instance(), request.body)) });
    }
    await CHANGES[name]?.(shop);
  });

  test.each(Object.keys(VERBS))('%s has the response of then, and its key is for nothing else (V6)', async (verb) => {
    const { first, ask, body, others } = done.get(verb) as Done;
    for (const [param, changes] of others) {
      expect(await responseTo(ask(instance(), { ...body, ...changes }))).toEqual(conflict(param));
    }
    expect(await responseTo(ask(instance(), body))).toEqual(first);
  });
});

test('after nothing is deployed any more, too (V6)', async () => {
  const shop = await openShop();
  for (const prepare of Object.values(VERBS)) {
    const { ask, body, others } = await prepare(shop);
    const first = await responseTo(ask(instance(), body));
    expect(await responseTo(ask(instance([]), body))).toEqual(first);
    for (const [param, changes] of others) {
      expect(await responseTo(ask(instance([]), { ...body, ...changes }))).toEqual(conflict(param));
    }
  }
});

test('a charge of a card that was locked and deleted since has the response of then (V6)', async () => {
  const shop = await openShop();
  const [source, ask] = [await liveCard(shop), charging(liveOf(shop))];
  const first = await ask(instance(), { source, ...PRICE });
  for (const verb of ['lock', 'delete'] as const) {
    await moveCard(world.deps, source, liveOf(shop).owner, verb);
    expect(await ask(instance(), { source, ...PRICE })).toEqual(first);
  }
});

describe('without an outcome', () => {
  const UNRESOLVED: Readonly<Record<string, (shop: Shop) => Promise<Request>>> = {
    'a charge': async (shop) => {
      stripe.failNext('/confirm', 'lost');
      return {
        body: { source: (await tokenize(world, shop)).id, ...PRICE, processor: 'stripe' },
        ask: charging(shop.secret),
        others: [['amount', { amount: 1 }]],
      };
    },
    'a refund': async (shop) => {
      const id = await charged(shop, { processor: 'stripe' }, shop.secret);
      stripe.failNext('/v1/refunds', 'lost');
      return { body: {}, ask: operating('refund', shop.secret, id), others: WHOLE };
    },
  };

  test.each(Object.keys(UNRESOLVED))(
    '%s stays processing while its processor is gone, then ends (V6)',
    async (verb) => {
      const shop = await openShop();
      const { body, ask, others } = await (UNRESOLVED[verb] as (shop: Shop) => Promise<Request>)(shop);
      const first = await ask(instance(), body);
      expect(first).toMatchObject({ status: 'processing' });
      await write(shop, { processors: [] });
      world.clock.advance(RESOLVE_AFTER_MS);
      expect(await ask(instance(), body)).toEqual(first);
      for (const [param, changes] of others) {
        expect(await responseTo(ask(instance(), { ...body, ...changes }))).toEqual(conflict(param));
      }
      await write(shop, settings());
      await sweepAfter(RESOLVE_AFTER_MS);
      await write(shop, { processors: [] });
      const { id } = first as { id: string };
      expect(await ask(instance(), body)).toMatchObject({ id, status: verb === 'a charge' ? 'captured' : 'succeeded' });
    },
  );
});
