/**
 * Live forwards of an operator who may write any record of the merchant, seal any secret and hold any of its keys, and
 * wants the cards for himself. Only what the deployment names receives one (V14). The PSP is real TLS on this machine,
 * which stands for the Internet here: names of the test lead to it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { certificateFingerprint, type LiveForward } from '../../../shared/base/destinations.ts';
import { change } from '../../../shared/base/dynamo.ts';
import { makeSafeFetch } from '../../../shared/base/net/safe-fetch.ts';
import { parse } from '../../../shared/base/parse.ts';
import type { Caller } from '../../../shared/merchants/merchant.ts';
import { readMerchant } from '../../../shared/merchants/merchant-store.ts';
import { Secret } from '../../../shared/merchants/secret.ts';
import { putSecret, secretReader } from '../../../shared/merchants/secret-store.ts';
import type { Destination } from '../../../shared/payments/forward/destination.ts';
import { addDestination } from '../../../shared/payments/forward/destination-store.ts';
import { createForward, type ForwardDeps } from '../../../shared/payments/forward/forward.ts';
import { readForward } from '../../../shared/payments/forward/record.ts';
import { ForwardRequest } from '../../../shared/payments/forward/request.ts';
import type { ForwardView } from '../../../shared/payments/forward/responses.ts';
import { storeCard } from '../../../shared/vault/vault.ts';
import { newKey, refusal, tokenize } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { openWorld, type Shop, type World } from '../../setup/world.ts';
import { makeAuthority } from './certificates.ts';
import { ok, type Psp, startPsp } from './psp.ts';

const authority = makeAuthority();
const KEY = new Secret('the account of the shop at its PSP');
const OWN_KEY = new Secret('an account of the operator there');
const XML = { 'content-type': 'application/xml' };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

let world: World;
let shop: Shop;
let psp: Psp;
let live: Caller;
/** A stored card of the merchant in live mode. */
let source: string;
let row: LiveForward;
let record: Destination;

const depsWith = (liveDestinations: readonly LiveForward[]): ForwardDeps => {
  const deps = { ...world.deps, liveDestinations };
  const send = makeSafeFetch({ resolve: async () => ['127.0.0.1'], dangerouslyAllowLoopback: true });
  const nowhere = () => Promise.reject(new Error('a live forward goes out by the public way'));
  return { ...deps, secrets: secretReader(deps), send, sendNearby: nowhere };
};

beforeAll(async () => {
  const [dynalite] = ENGINES;
  if (dynalite === undefined) throw new Error('there is always an engine');
  world = await openWorld(dynalite);
  shop = await world.merchant();
  psp = await startPsp(authority.server(['api.psp.example', 'operator.example']));
  const { merchantId } = shop.secret;
  live = { ...shop.secret, mode: 'live', owner: `${merchantId}/live` };
  source = (await storeCard(world.deps, shop.secret, (await tokenize(world, shop)).id)).id;
  // Test cards are refused to live keys, so this one becomes a live card where it lies.
  await change(world.deps, 'Cards', source, {
    update: 'SET #owner = :owner',
    condition: 'attribute_exists(card_id)',
    names: { '#owner': 'owner' },
    values: { ':owner': live.owner },
  });
  row = {
    name: 'psp',
    kind: 'forward',
    hosts: [`api.psp.example:${psp.port}`],
    accounts: [KEY.fingerprint() ?? ''],
    caSha256: certificateFingerprint(authority.caPem) ?? '',
    paths: ['/v1/payments'],
    methods: ['POST', 'PUT'],
    fields: { number: ['/pan', '/pay/pan', 'header:x-pan'], cvc: ['/cvc'] },
    credentialAt: 'header:authorization',
    headers: ['x-shop'],
  };
  record = {
    name: 'psp',
    mode: 'live',
    origin: `https://api.psp.example:${psp.port}`,
    path_prefix: '/v1/payments',
    methods: ['POST'],
    fields: { number: ['/pan', '/pay/pan'] },
    ca_pem: authority.caPem,
    dangerously_allows_loopback: false,
  };
  const key = { merchantId, name: 'psp-key', use: 'forward:psp/live' } as const;
  await putSecret(world.deps, key, KEY);
  await putSecret(world.deps, { ...key, name: 'own-key' }, OWN_KEY);
  await putSecret(world.deps, { ...key, name: 'short-key' }, new Secret('hunter2'));
});
afterAll(async () => {
  await psp?.[Symbol.asyncDispose]();
  await world?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  psp.forget();
  psp.respond(ok('{}'));
  world.forget();
});

/** As somebody does who may write the table. */
const write = (destination: Partial<Destination>) =>
  change(world.deps, 'Merchants', live.merchantId, {
    update: 'SET forward_destinations = :list',
    condition: 'attribute_exists(record_id)',
    values: { ':list': [{ ...record, ...destination }] },
  });

interface Asked {
  readonly record?: Partial<Destination>;
  readonly deployed?: readonly LiveForward[];
  readonly destination?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

const AUTHORIZED = { authorization: 'Bearer {{ secret.psp-key }}' };

async function forward(asked: Asked = {}): Promise<ForwardView> {
  await write(asked.record ?? {});
  const { method = 'POST', path = '/v1/payments', headers = AUTHORIZED, body = { pan: '{{ card.number }}' } } = asked;
  const request = { method, path, headers, body };
  const wanted = parse(ForwardRequest, { source, destination: asked.destination ?? 'psp', request });
  const { merchant } = await readMerchant(world.deps, live.merchantId);
  return createForward(
    depsWith(asked.deployed ?? [row]),
    { caller: live, merchant: async () => merchant },
    wanted,
    newKey(),
  );
}

test('a live card goes to the host and account that the deployment names', async () => {
  const receivers = [`forward/api.psp.example/${psp.port}/${KEY.fingerprint()}`];
  const { id, ...view } = await forward();
  expect(view).toMatchObject({ status: 'done', response: { status: 200 }, sent_to: { destination: 'psp', receivers } });
  expect(await readForward(world.deps, id)).toMatchObject({ sent_to: { destination: 'psp', receivers } });
  // The entry says where the card goes before the card is opened.
  const { calls } = world;
  expect(calls.indexOf('dynamodb:PutItem Ledger')).toBeLessThan(calls.indexOf('kms:Decrypt PanKey'));
  expect(psp.requests).toHaveLength(1);
  expect(psp.requests[0]).toContain(`\r\nauthorization: Bearer ${KEY.clearText()}\r\n`);
  expect(psp.requests[0]).toContain('{"pan":"4242424242424242"}');
});

test('a destination that is for some merchants takes the cards of these', async () => {
  const asked = { deployed: [{ ...row, merchants: [`mer_${'a'.repeat(26)}`, live.merchantId] }] };
  expect(await forward(asked)).toMatchObject({ status: 'done' });
});

test('a header that the deployment names is sent', async () => {
  await forward({ headers: { ...AUTHORIZED, 'X-Shop': 'chaya', 'Idempotency-Key': '1' } });
  expect(psp.requests[0]).toContain('\r\nX-Shop: chaya\r\n');
});

describe('nothing is sent, written or opened (V14)', () => {
  const undeployed = { code: 'destination_not_deployed', param: 'destination' };
  const header = { code: 'header_refused', param: 'request.headers' };
  const misplaced = { code: 'credential_misplaced', param: 'request.headers' };
  const field = { code: 'placeholder_refused', param: 'request.body' };
  const path = { code: 'destination_path_refused', param: 'request.path' };
  const account = { code: 'secret_not_deployed', param: 'request' };

  test.each<[what: string, refused: { code: string; param: string }, asked: () => Asked]>([
    ['where the deployment names nothing', undeployed, () => ({ deployed: [] })],
    ['to a name that it does not have', undeployed, () => ({ record: { name: 'own' }, destination: 'own' })],
    [
      'to another host under a name that it has',
      undeployed,
      () => ({ record: { origin: 'https://operator.example' } }),
    ],
    ['to the same host at another port', undeployed, () => ({ record: { origin: 'https://api.psp.example' } })],
    [
      'to a host with a name that begins alike',
      undeployed,
      () => ({ record: { origin: 'https://api.psp.example.operator.example' } }),
    ],
    ['to what is no address', undeployed, () => ({ record: { origin: `${record.origin}0` } })],
    ['to a host behind a user', undeployed, () => ({ record: { origin: 'https://api.psp.example@operator.example' } })],
    ['with another authority', undeployed, () => ({ record: { ca_pem: makeAuthority().caPem } })],
    ['with a second authority', undeployed, () => ({ record: { ca_pem: authority.caPem + makeAuthority().caPem } })],
    ['where the deployment names no authority', undeployed, () => ({ deployed: [{ ...row, caSha256: undefined }] })],
    [
      'of a merchant that it is not for',
      undeployed,
      () => ({ deployed: [{ ...row, merchants: [`mer_${'a'.repeat(26)}`] }] }),
    ],
    [
      'where a test destination has the name',
      { ...undeployed, code: 'destination_not_found' },
      () => ({ record: { mode: 'test' } }),
    ],
    [
      'with a credential of another account',
      account,
      () => ({ headers: { authorization: 'Bearer {{ secret.own-key }}' } }),
    ],
    [
      'with a credential too short to be named',
      account,
      () => ({ headers: { authorization: 'Bearer {{ secret.short-key }}' } }),
    ],
    ['without a credential', misplaced, () => ({ headers: {} })],
    [
      'with a credential written out',
      misplaced,
      () => ({ headers: { authorization: `Bearer ${OWN_KEY.clearText()}` } }),
    ],
    [
      'with another one before it',
      misplaced,
      () => ({ headers: { authorization: 'Bearer own, Bearer {{secret.psp-key}}' } }),
    ],
    ['with another one behind it', misplaced, () => ({ headers: { authorization: 'Bearer {{secret.psp-key}}, own' } })],
    ['with a header that names another account', header, () => ({ headers: { ...AUTHORIZED, 'PSP-Account': 'own' } })],
    ['with another key in another header', header, () => ({ headers: { ...AUTHORIZED, 'X-Api-Key': 'own' } })],
    ['with a cookie', header, () => ({ headers: { ...AUTHORIZED, Cookie: 'session=own' } })],
    ['with an account in the query', path, () => ({ path: '/v1/payments?key=own' })],
    ['with dots in overlong UTF-8', path, () => ({ path: '/v1/payments/%c0%ae%c0%ae/echo' })],
    ['with full-width dots', path, () => ({ path: '/v1/payments/%EF%BC%8E%EF%BC%8E/echo' })],
    ['below another path', path, () => ({ record: { path_prefix: '/' }, path: '/v1/echo' })],
    [
      'by a method that only the record has',
      { code: 'destination_method_refused', param: 'request.method' },
      () => ({ record: { methods: ['PATCH'] }, method: 'PATCH' }),
    ],
    [
      'by a method that only the deployment has',
      { code: 'destination_method_refused', param: 'request.method' },
      () => ({ method: 'PUT' }),
    ],
    [
      'into a field that only the record has',
      field,
      () => ({ record: { fields: { number: ['/notify'] } }, body: { notify: '{{ card.number }}' } }),
    ],
    ['into a field that only the deployment has', field, () => ({ record: { fields: {} } })],
    ['into a text of a field', field, () => ({ body: { pan: 'https://operator.example/{{ card.number }}' } })],
  ])('%s', async (_what, refused, asked) => {
    expect(await refusal(forward(asked()))).toEqual(refused);
    expect(psp.requests).toEqual([]);
    expect(world.calls.filter((call) => /PutItem Ledger|PanKey|CvcKey/.test(call))).toEqual([]);
  });

  const inBody = (): Asked => ({ deployed: [{ ...row, credentialAt: '/auth/password' }], headers: {} });
  test.each<[what: string, asked: () => Asked]>([
    ['a text', () => ({ body: { pan: '{{card.number}}', auth: { password: 'own {{secret.psp-key}}' } } })],
    [
      'a name in other letters',
      () => ({ body: { pan: '{{card.number}}', auth: { password: '{{secret.psp-key}}', Password: 'own' } } }),
    ],
    ['another field', () => ({ body: { pan: '{{card.number}}', auth: { user: '{{secret.psp-key}}' } } })],
  ])('with a credential of the body in %s', async (_what, asked) => {
    const refused = { code: 'credential_misplaced', param: 'request.body' };
    expect(await refusal(forward({ ...inBody(), ...asked() }))).toEqual(refused);
    expect(psp.requests).toEqual([]);
  });

  test.each<[what: string, at: string, headers: Record<string, string>, body: string]>([
    ['a form', '/key', FORM, 'pan={{card.number}}&key=own&key={{secret.psp-key}}'],
    ['a form in other letters', '/key', FORM, 'pan={{card.number}}&key={{secret.psp-key}}&KEY=own'],
    ['a form, escaped', '/key', FORM, 'pan={{card.number}}&key={{secret.psp-key}}&%6bey=own'],
    ['XML', '/pay/key', XML, '<pay><key>own</key><key>{{secret.psp-key}}</key><pan>{{card.number}}</pan></pay>'],
    [
      'XML behind a comment',
      '/pay/key',
      XML,
      '<pay><key><!-- -->own</key><key>{{secret.psp-key}}</key><pan>{{card.number}}</pan></pay>',
    ],
    [
      'XML with a prefix',
      '/pay/key',
      XML,
      '<pay><a:key>own</a:key><key>{{secret.psp-key}}</key><pan>{{card.number}}</pan></pay>',
    ],
  ])('with a second credential in %s', async (_what, credentialAt, headers, body) => {
    const refused = await refusal(forward({ deployed: [{ ...row, credentialAt }], headers, body }));
    expect(refused).toEqual({ code: 'credential_misplaced', param: 'request.body' });
    expect(psp.requests).toEqual([]);
  });
});

describe('an operator hears at once', () => {
  const add = (changes: Partial<Destination>) =>
    addDestination({ ...world.deps, liveDestinations: [row] }, live.merchantId, { ...record, ...changes });

  test.each<[what: string, changes: () => Partial<Destination>]>([
    ['--url: its host is api.psp.example', () => ({ origin: 'https://operator.example' })],
    ['--url: its path is at or below /v1/payments', () => ({ path_prefix: '/v1' })],
    ['--method: it takes POST, PUT', () => ({ methods: ['POST', 'PATCH'] })],
    ['--number-at: the deployment names /pan', () => ({ fields: { number: ['/notify'] } })],
    ['--cvc-at: the deployment names /cvc', () => ({ fields: { cvc: ['/code'] } })],
    ['--ca: the deployment names another certificate', () => ({ ca_pem: makeAuthority().caPem })],
    ['the name of one that is deployed: psp', () => ({ name: 'own' })],
  ])('%s', async (says, changes) => {
    await expect(add(changes())).rejects.toThrow(says);
  });

  test('that a narrower one is taken', async () => {
    await add({ path_prefix: '/v1/payments/cards', methods: ['PUT'], fields: { number: ['/pan'] } });
    const { merchant } = await readMerchant(world.deps, live.merchantId);
    expect(merchant).toMatchObject({ forward_destinations: [{ path_prefix: '/v1/payments/cards', methods: ['PUT'] }] });
  });
});
