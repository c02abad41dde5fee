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
import { CARD } from '../setup/cards.ts';
import { synthesizeInto } from '../setup/synthesized.ts';
import { use } from '../setup/use.ts';
import { startVault } from '../setup/vault.ts';
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
let card: string;

beforeAll(async () => {
  place.write('.fuda/local.json', await localFile(vault.operator, { assembly_dir: join(place.folder, 'assembly') }));
  card = (await shop.store()).id;
  await vault.edit('Cards', card, { owner: `${shop.id}/live` });
  await putSecret(vault.operator, secretFor('psp-key', 'forward:psp/live'), KEY);
});

const secretFor = (name: string, use: SecretUse) => ({ merchantId: shop.id, name, use });
const fuda = (...args: readonly string[]) => place.runHere(...args);

/** A request with the minted key, at the function itself. */
async function post(entry: string, path: string, body: object, idempotencyKey: string) {
  const { runtime } = vault;
  const match = matchRoute(runtime.stack.api, 'POST', path);
  if (match === null) throw new Error('there is no such route');
  const event = toEvent(runtime.stack.api, match, {
    method: 'POST',
    url: path,
    rawHeaders: [
      ...['Authorization', `Bearer ${liveKey}`],
      ...['Content-Type', 'application/json', 'Idempotency-Key', idempotencyKey],
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

let count = 0;
async function forward(changes: {
  readonly record?: object;
  readonly destination?: string;
  readonly headers?: object;
  readonly body?: object;
}) {
  const { record = {}, destination = 'psp', body = { card: { number: '{{ card.number }}' } } } = changes;
  const { headers = { authorization: 'Bearer {{ secret.psp-key }}' } } = changes;
  await vault.edit('Merchants', shop.id, { forward_destinations: [{ ...RECORD, ...record }] });
  // Functions keep a merchant's record for two seconds.
  await vault.operator.clock.sleep(2_100);
  count += 1;
  const request = { method: 'POST', path: '/v1/payments', headers, body };
  return post('cde/forward-request', '/v1/forward', { source: card, destination, request }, `try-${count}`);
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
  await putSecret(vault.operator, secretFor('own-key', 'forward:psp/live'), new Secret(OWN_KEY));
  await putSecret(
    vault.operator,
    secretFor('stripe-key', 'processor:stripe/live'),
    new Secret('sk_live_of_the_operator'),
  );
  const tries: readonly (readonly [code: string, changes: Parameters<typeof forward>[0]])[] = [
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
  for (const [code, changes] of tries) expect((await forward(changes)).json).toMatchObject({ code });

  const acquirer = { host: 'operator.example', port: '7001', acquirer_id: '123456', terminal_id: 'TERM0001' };
  const settings = { ...acquirer, merchant_id: 'CHAYA0000000001', category_code: '5999' };
  const processors = [
    { name: 'acquirer', adapter: 'iso8583', mode: 'live', is_default: true, settings },
    { name: 'stripe', adapter: 'stripe', mode: 'live', is_default: false, secret: 'stripe-key', settings: {} },
  ];
  await vault.edit('Merchants', shop.id, { processors });
  for (const processor of ['acquirer', 'stripe', 'simulator', undefined]) {
    count += 1;
    const charge = { source: card, amount: 4180, currency: 'JPY', ...(processor && { processor }) };
    const { json } = await post('cde/create-charge', '/v1/charges', charge, `try-${count}`);
    expect([processor, json]).toEqual([processor, expect.objectContaining({ code: 'processor_unavailable' })]);
  }
  expect(decryptions()).toEqual([]);
});

test('gets the card no further than to the host that is deployed (V14)', async () => {
  // DNS does not know this name, so the forward ends before it leaves; the vault no longer refuses it.
  expect(await forward({})).toMatchObject({
    status: 201,
    json: { status: 'failed', destination: 'psp', failure_code: 'name_unresolved', sent_to: { receivers: [RECEIVER] } },
  });
  expect(decryptions()).toHaveLength(1);
  expect(JSON.stringify(trailRecords(vault.runtime))).not.toContain(CARD.approve);
});
