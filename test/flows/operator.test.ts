/**
 * An operator who tries to empty the vault: mints a live secret key of a merchant, and has every right of the operator's
 * policy and the command line. The bundles run as deployed, with destinations that somebody else deployed. A card of the
 * merchant becomes a live one where it lies, since live keys refuse test cards; requests with live keys are handed to the
 * functions themselves, since this machine takes none at its door.
 */
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { matchRoute, toEvent } from '../../local/gateway/event.ts';
import type { LiveDestination } from '../../shared/base/destinations.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret, type SecretUse } from '../../shared/merchants/secret-store.ts';
import { localFile, workplace } from '../cli/fuda.ts';
import { CARD, newKey } from '../setup/cards.ts';
import { synthesizeInto } from '../setup/synthesized.ts';
import { use } from '../setup/use.ts';
import { startVault, type TestMerchant } from '../setup/vault.ts';
import { trailRecords } from './trail.ts';

const KEY = new Secret('the account of the shop at its PSP');
const OWN_KEY = 'an account of the operator, at the same PSP';
const DESTINATIONS: readonly LiveDestination[] = [
  {
    name: 'psp',
    kind: 'forward',
    hosts: ['api.psp.example'],
    accounts: [KEY.fingerprint() ?? ''],
    paths: ['/v1/payments'],
    methods: ['POST'],
    fields: { number: ['/card/number'] },
    credentialAt: 'header:authorization',
  },
  {
    name: 'acquirer',
    kind: 'processor',
    hosts: ['auth.acquirer.example:7001'],
    accounts: ['123456.TERM0001.CHAYA0000000001'],
  },
];

/** The resource of the deployment that stands for it. */
const RECEIVER = `forward/api.psp.example/443/${KEY.fingerprint()}`;

/** The folder of the operator's vault, with the destinations of its deployment. */
const place = use(() => workplace());
const vault = use(() => {
  const destinations = place.write('destinations.json', DESTINATIONS);
  const assembly = join(place.folder, 'assembly');
  synthesizeInto(assembly, { destinations });
  return startVault({ assembly });
});
const shop = use(() => vault.merchant());
/** Minted by the operator. */
let liveKey: string;
let target: Target;

/** A merchant with a live card and a secret for its PSP, and a live secret key. */
interface Target {
  readonly id: string;
  readonly key: string;
  readonly card: string;
}

beforeAll(async () => {
  place.write(
    '.fuda/local.json',
    await localFile(vault.operator, {
      assembly_dir: join(place.folder, 'assembly'),
      opener_roles: vault.runtime.openerRoles,
    }),
  );
  target = await aim(shop);
});

async function aim(merchant: TestMerchant): Promise<Target> {
  const { id, liveSecretKey: key } = merchant;
  const card = (await merchant.store()).id;
  await vault.edit('Cards', card, { owner: `${id}/live` });
  await putSecret(vault.operator, secretOf(id, 'psp-key', 'forward:psp/live'), KEY);
  return { id, key, card };
}

const secretOf = (merchantId: string, name: string, use: SecretUse) => ({ merchantId, name, use });
const fuda = (...args: readonly string[]) => place.runHere(...args);

/** A request with a live key, at the function itself. */
async function post(entry: string, path: string, key: string, body: object) {
  const { runtime } = vault;
  const match = matchRoute(runtime.stack.api, 'POST', path);
  if (match === null) throw new Error('there is no such route');
  const event = toEvent(runtime.stack.api, match, {
    method: 'POST',
    url: path,
    rawHeaders: [
      ...['Authorization', `Bearer ${key}`],
      ...['Content-Type', 'application/json', 'Idempotency-Key', newKey()],
    ],
    body: Buffer.from(JSON.stringify(body)),
    sourceIp: '127.0.0.1',
    requestId: '0b6f2a52-6c1f-4c5e-9a53-2f0c6f4f8d12',
    accountId: runtime.accountId,
    timeMs: vault.operator.clock.nowMs(),
  });
  const outcome = await runtime.invoke(entry, event);
  if (outcome.kind !== 'returned') throw new Error(`the function did not respond: ${JSON.stringify(outcome)}`);
  const { statusCode, body: text } = outcome.value as { statusCode: number; body: string };
  return { status: statusCode, json: JSON.parse(text) as Record<string, unknown> };
}

const RECORD = {
  name: 'psp',
  mode: 'live',
  origin: 'https://api.psp.example',
  path_prefix: '/v1/payments',
  methods: ['POST'],
  fields: { number: ['/card/number'] },
  dangerously_allows_loopback: false,
};

interface Changes {
  readonly record?: object;
  readonly destination?: string;
  readonly headers?: object;
  readonly body?: object;
}

async function forward({ id, key, card }: Target, changes: Changes) {
  const { record = {}, destination = 'psp', body = { card: { number: '{{ card.number }}' } } } = changes;
  const { headers = { authorization: 'Bearer {{ secret.psp-key }}' } } = changes;
  await vault.edit('Merchants', id, { forward_destinations: [{ ...RECORD, ...record }] });
  const request = { method: 'POST', path: '/v1/payments', headers, body };
  return post('cde/forward-request', '/v1/forward', key, { source: card, destination, request });
}

const decryptions = () =>
  trailRecords(vault.runtime).filter(
    ({ eventName, requestParameters }) =>
      eventName === 'Decrypt' && /^(?:pan|cvc)$/.test(requestParameters?.encryptionContext?.purpose ?? ''),
  );

test('mints a live key of the merchant, as operators may', async () => {
  const args = ['--kind', 'secret', '--mode', 'live', '--json'];
  const { stdout } = await fuda('key', 'rotate', shop.id, ...args);
  liveKey = stdout.match(/sk_live_[a-z2-7]{26}/)?.[0] ?? '';
  expect(liveKey).not.toBe('');
});

test('learns from the command line that the deployment names no destination of the operator (V14)', async () => {
  const url = ['--mode', 'live', '--url', 'https://operator.example/v1', '--number-at', '/card/number'];
  const own = await fuda('forward', 'add', shop.id, 'own', ...url);
  expect([own.exitCode, own.stderr]).toEqual([1, expect.stringContaining('the name of one that is deployed: psp')]);
  const psp = await fuda('forward', 'add', shop.id, 'psp', ...url);
  expect([psp.exitCode, psp.stderr]).toEqual([1, expect.stringContaining('--url: its host is api.psp.example')]);
  const settings = ['host=operator.example', 'port=7001', 'acquirer_id=123456', 'terminal_id=TERM0001'];
  const more = ['merchant_id=CHAYA0000000001', 'category_code=5999'];
  const set = [...settings, ...more].flatMap((setting) => ['--set', setting]);
  const added = await fuda('processor', 'add', shop.id, 'acquirer', '--adapter', 'iso8583', '--mode', 'live', ...set);
  expect([added.exitCode, added.stderr]).toEqual([
    1,
    expect.stringContaining('processor/auth.acquirer.example/7001/123456.TERM0001.CHAYA0000000001'),
  ]);
  const secret = ['secret', 'set', shop.id, 'own-key', '--use', 'forward:psp/live'];
  const sealed = await place.runHereOn(OWN_KEY, ...secret);
  expect([sealed.exitCode, sealed.stderr]).toEqual([1, expect.stringContaining('names no account')]);
  expect(sealed.stderr).not.toContain(OWN_KEY);
});

test('gets no card by writing records and secrets past the command line (V14)', async () => {
  const plant = async (id: string): Promise<void> => {
    const own = secretOf(id, 'own-key', 'forward:psp/live');
    await putSecret(vault.operator, own, new Secret(OWN_KEY));
    const stripe = secretOf(id, 'stripe-key', 'processor:stripe/live');
    await putSecret(vault.operator, stripe, new Secret('sk_live_of_the_operator'));
  };
  const tries: readonly (readonly [code: string, changes: Changes])[] = [
    ['destination_not_deployed', { record: { name: 'own', origin: 'https://operator.example' }, destination: 'own' }],
    ['destination_not_deployed', { record: { origin: 'https://operator.example' } }],
    ['destination_not_deployed', { record: { origin: 'https://127.0.0.1:9', dangerously_allows_loopback: true } }],
    ['destination_not_found', { record: { mode: 'test', origin: 'https://operator.example' } }],
    ['secret_not_deployed', { headers: { authorization: 'Bearer {{ secret.own-key }}' } }],
    ['secret_not_found', { headers: { authorization: 'Bearer {{ secret.stripe-key }}' } }],
    ['credential_misplaced', { headers: { authorization: `Bearer ${OWN_KEY}` } }],
    ['header_refused', { headers: { authorization: 'Bearer {{ secret.psp-key }}', 'psp-account': 'operator' } }],
    ['placeholder_refused', { record: { fields: { number: ['/notify'] } }, body: { notify: '{{ card.number }}' } }],
    ['placeholder_refused', { body: { card: { number: 'https://operator.example/{{ card.number }}' } } }],
  ];
  for (const [code, changes] of tries) {
    // Functions keep a merchant's record for two seconds, so each try has a merchant.
    const tried = await aim(await vault.merchant());
    await plant(tried.id);
    expect((await forward(tried, changes)).json).toMatchObject({ code });
  }
  await plant(shop.id);

  const acquirer = { host: 'operator.example', port: '7001', acquirer_id: '123456', terminal_id: 'TERM0001' };
  const settings = { ...acquirer, merchant_id: 'CHAYA0000000001', category_code: '5999' };
  const processors = [
    { name: 'acquirer', adapter: 'iso8583', mode: 'live', is_default: true, settings },
    { name: 'stripe', adapter: 'stripe', mode: 'live', is_default: false, secret: 'stripe-key', settings: {} },
  ];
  await vault.edit('Merchants', shop.id, { processors });
  for (const processor of ['acquirer', 'stripe', 'simulator', undefined]) {
    const charge = { source: target.card, amount: 4180, currency: 'JPY', ...(processor && { processor }) };
    const { json } = await post('cde/create-charge', '/v1/charges', liveKey, charge);
    expect([processor, json]).toEqual([processor, expect.objectContaining({ code: 'processor_unavailable' })]);
  }
  expect(decryptions()).toEqual([]);
});

test('gets the card no further than to the host that is deployed (V14)', async () => {
  // DNS does not know this name, so the forward ends before it leaves; the vault no longer refuses it.
  expect(await forward({ ...target, key: liveKey }, {})).toMatchObject({
    status: 201,
    json: { status: 'failed', destination: 'psp', failure_code: 'name_unresolved', sent_to: { receivers: [RECEIVER] } },
  });
  expect(decryptions()).toHaveLength(1);
  expect(JSON.stringify(trailRecords(vault.runtime))).not.toContain(CARD.approve);
});
