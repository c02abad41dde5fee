/** A forward through the whole vault: allowed on the command line, sent by the deployed bundle, explained by the evidence. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { Secret } from '../../shared/merchants/secret.ts';
import { putSecret } from '../../shared/merchants/secret-store.ts';
import { localFile, workplace } from '../cli/fuda.ts';
import { makeAuthority } from '../payments/forward/certificates.ts';
import { ok, startPsp } from '../payments/forward/psp.ts';
import { CARD } from '../setup/cards.ts';
import { story } from '../setup/story.ts';
import { use } from '../setup/use.ts';
import { startVault, type TestMerchant } from '../setup/vault.ts';
import { byRole, findEvidence, trailRecords } from './trail.ts';

const SECRET = 'the key of the shop at its PSP';
const authority = makeAuthority();

const step = story();

const vault = use(startVault);
const psp = use(() => startPsp(authority.server(['127.0.0.1'])));
const shop = use(() => vault.merchant());
/** A merchant without any destination, then and later. */
const other = use(() => vault.merchant());
const place = use(async () => workplace(await localFile(vault.operator)));

beforeAll(async () => {
  writeFileSync(join(place.folder, 'ca.pem'), authority.caPem);
  await putSecret(
    vault.operator,
    { merchantId: shop.id, name: 'psp-key', use: 'forward:psp/test' },
    new Secret(SECRET),
  );
});

const fuda = (...args: readonly string[]) => place.runHere(...args);
const add = ({ id }: TestMerchant, ...args: readonly string[]) => fuda('forward', 'add', id, 'psp', ...args);
const here = () => `https://127.0.0.1:${psp.port}/v1`;
const mode = (name: string) => ['--mode', name];

const forward = (source: string, idempotencyKey: string) =>
  shop.post(
    '/v1/forward',
    {
      source,
      destination: 'psp',
      request: {
        method: 'POST',
        path: '/v1/payments',
        headers: { authorization: 'Bearer {{ secret.psp-key }}' },
        body: { card: { number: '{{ card.number }}', cvc: '{{ card.cvc }}', expiry: '{{ card.expiry | MM/YY }}' } },
      },
    },
    idempotencyKey,
  );

test.each<[what: string, args: () => readonly string[], exitCode: number]>([
  ['no URL', () => mode('test'), 2],
  ['an invalid URL', () => [...mode('test'), '--url', 'psp'], 2],
  ['a query', () => [...mode('test'), '--url', 'https://psp.example/v1?a=b'], 2],
  ['a password', () => [...mode('test'), '--url', 'https://user:word@psp.example/v1'], 2],
  ['no mode', () => ['--url', 'https://psp.example/v1'], 2],
  ['a method without a body', () => [...mode('test'), '--url', 'https://psp.example/v1', '--method', 'GET'], 2],
  ['an invalid field', () => [...mode('test'), '--url', 'https://psp.example/v1', '--number-at', 'card.number'], 1],
  ['plain HTTP', () => [...mode('test'), '--url', 'http://psp.example/v1'], 1],
  ['a private address', () => [...mode('test'), '--url', 'https://10.0.0.7/v1'], 1],
  ['the metadata service', () => [...mode('test'), '--url', 'https://169.254.169.254/v1'], 1],
  ['this machine', () => [...mode('test'), '--url', here()], 1],
  ['this machine for live cards', () => [...mode('live'), '--url', here(), '--dangerously-allow-loopback'], 1],
  [
    'a private address in spite of all',
    () => [...mode('test'), '--url', 'https://10.0.0.7', '--dangerously-allow-loopback'],
    1,
  ],
  [
    'an invalid certificate authority',
    () => [...mode('test'), '--url', 'https://psp.example/v1', '--ca', '.fuda/local.json'],
    1,
  ],
])('no destination is added with %s', async (_what, args, exitCode) => {
  expect(await add(other, ...args())).toMatchObject({ exitCode, stdout: '' });
  expect((await fuda('forward', 'list', other.id)).stdout).toContain('no destinations');
});

step('a card goes from the browser to the merchant’s own PSP, and nowhere else (V1, V5)', async () => {
  const added = await add(
    shop,
    ...mode('test'),
    '--url',
    here(),
    '--ca',
    'ca.pem',
    '--dangerously-allow-loopback',
    '--number-at',
    '/card/number',
    '--cvc-at',
    '/card/cvc',
  );
  expect(added).toMatchObject({ exitCode: 0, stderr: '' });
  expect(added.stdout).toContain(
    `${here()}  number at /card/number  cvc at /card/cvc  its own certificate authority  may lie on this machine`,
  );

  psp.respond((request, socket) => socket.end(ok(request)));
  const { id } = await shop.tokenize();
  const response = await forward(id, 'order-1');
  expect(response).toMatchObject({ status: 201, json: { object: 'forward', status: 'done' } });
  expect(response.text).toMatch(/\*{12}4242.*12\/30/);
  expect(psp.requests).toHaveLength(1);
  expect(psp.requests[0]).toContain(`\r\nauthorization: Bearer ${SECRET}\r\n`);
  expect(psp.requests[0]).toMatch(/\r\n\r\n\{"card":\{"number":"4242424242424242","cvc":"123","expiry":"12\/30"\}\}$/);
  expect((await forward(id, 'order-1')).text).toBe(response.text);
  expect(psp.requests).toHaveLength(1);

  const kept = JSON.stringify([await vault.contents(), trailRecords(vault.runtime), response.text]);
  expect(kept).not.toContain(CARD.approve);
  expect(kept).not.toContain(SECRET);
  expect(kept).not.toContain(id);
});

step('each of its decryptions is matched to it by the evidence (V5)', async () => {
  const { exitCode, report } = await findEvidence(vault);
  expect([exitCode, report.findings]).toEqual([0, []]);
  expect(report.counts).toMatchObject({ decryptions: 2, proven: 2, unexplained: 0 });
  expect(report.decryptions.items.map(({ reason_id }) => reason_id)).toEqual([
    expect.stringMatching(/^fwd_[a-z2-7]{26}$/),
    expect.stringMatching(/^fwd_[a-z2-7]{26}$/),
  ]);
  const calls = byRole(trailRecords(vault.runtime), 'ForwardRequest').filter(
    ({ eventName }) => eventName === 'Decrypt',
  );
  expect(calls.map(({ requestParameters }) => requestParameters?.encryptionContext?.purpose).toSorted()).toEqual([
    'cvc',
    'pan',
    'secret',
  ]);
});

step('a list of charges does not show it, and a charge’s page does not know it', async () => {
  expect((await shop.get('/v1/charges')).json).toMatchObject({ data: [] });
});

step('a request without an Idempotency-Key is refused, and one with a card number in it', async () => {
  const request = { method: 'POST', path: '/v1', body: { number: CARD.approve } };
  const body = { source: (await shop.tokenize()).id, destination: 'psp', request };
  expect((await shop.post('/v1/forward', body, 'order-2')).json).toMatchObject({ code: 'card_data_refused' });
  const clean = { ...body, request: { ...request, body: {} } };
  expect((await shop.post('/v1/forward', clean)).json).toMatchObject({ code: 'idempotency_key_missing' });
  expect(psp.requests).toHaveLength(1);
});

step('a destination that was removed is not found, once functions have forgotten it', async () => {
  expect((await fuda('forward', 'remove', shop.id, 'psp', ...mode('test'))).stdout).toContain('Removed test psp.');
  expect((await fuda('forward', 'remove', shop.id, 'psp', ...mode('test'))).stdout).toContain('no such destination');
  await vault.operator.clock.sleep(2_100);
  const { id } = await shop.tokenize();
  expect((await forward(id, 'order-3')).json).toMatchObject({ code: 'destination_not_found', param: 'destination' });
});
