/** The example receiver, which verifies with the public package, against what the vault really sends. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { apiGatewayHandler } from '../../examples/webhook-receiver/api-gateway.ts';
import { startReceiver as startExample } from '../../examples/webhook-receiver/server.ts';
import { type VaultEvent, verifiedEvent } from '../../examples/webhook-receiver/verify.ts';
import { signedHeaders } from '../../shared/events/signature.ts';
import { Secret } from '../../shared/merchants/secret.ts';

const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 6).toString('base64')}`;
const EVENT = { object: 'event', id: 'evt_1', type: 'charge.captured', data: { object: { id: 'ch_1', note: '札 é' } } };
const BODY = JSON.stringify(EVENT, null, 1);

const headersFor = (body: string, { secrets = [SECRET], id = EVENT.id, atMs = Date.now() } = {}) => ({
  'content-type': 'application/json',
  ...signedHeaders(
    secrets.map((secret) => new Secret(secret)),
    { id, timestampMs: atMs, body },
  ),
});

const taken: VaultEvent[] = [];
let failing = false;
const work = (event: VaultEvent) => {
  if (failing) throw new Error('the database is away');
  taken.push(event);
};
let url = '';
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ url, stop } = await startExample({ port: 0, secret: SECRET, onEvent: work }));
});
afterAll(() => stop?.());

const post = async (body: string, headers: Record<string, string>) =>
  (await fetch(url, { method: 'POST', body, headers })).status;

test('takes a message of the vault, to the byte, and a repetition of it only once', async () => {
  expect(await post(BODY, headersFor(BODY))).toBe(204);
  expect(await post(BODY, headersFor(BODY, { atMs: Date.now() + 60_000 }))).toBe(204);
  expect(taken.splice(0)).toEqual([EVENT]);
});

test('takes a message signed under the old and the new secret', () => {
  const headers = headersFor(BODY, { secrets: [OTHER, SECRET] });
  expect(verifiedEvent(SECRET, BODY, headers)).toEqual(EVENT);
  expect(verifiedEvent(OTHER, BODY, headers)).toEqual(EVENT);
});

test.each([
  ['another secret', BODY, headersFor(BODY, { secrets: [OTHER] })],
  ['the same JSON in other bytes', JSON.stringify(EVENT), headersFor(BODY)],
  ['another id', BODY, { ...headersFor(BODY), 'webhook-id': 'evt_2' }],
  ['an old time', BODY, headersFor(BODY, { atMs: Date.now() - 6 * 60_000 })],
  ['a time to come', BODY, headersFor(BODY, { atMs: Date.now() + 6 * 60_000 })],
  ['no signature', BODY, { ...headersFor(BODY), 'webhook-signature': '' }],
  ['no headers at all', BODY, {}],
])('refuses a message with %s', async (_what, body, headers) => {
  expect(await post(body, headers)).toBe(400);
  expect(taken).toEqual([]);
});

test('refuses an event when its work fails, and takes it when it comes again', async () => {
  const body = JSON.stringify({ ...EVENT, id: 'evt_3' });
  failing = true;
  expect(await post(body, headersFor(body, { id: 'evt_3' }))).toBe(500);
  failing = false;
  expect(await post(body, headersFor(body, { id: 'evt_3' }))).toBe(204);
  expect(taken.splice(0)).toHaveLength(1);
});

test.each([false, true])('works straight from an API Gateway event (base64: %p)', async (isBase64Encoded) => {
  const mine: VaultEvent[] = [];
  const handler = apiGatewayHandler(SECRET, (event) => void mine.push(event));
  const body = isBase64Encoded ? Buffer.from(BODY).toString('base64') : BODY;
  const headers = Object.fromEntries(
    // REST APIs hand on the names as they were sent.
    Object.entries(headersFor(BODY)).map(([name, value]) => [name.replace('webhook', 'Webhook'), value]),
  );
  expect(await handler({ headers, body, isBase64Encoded })).toEqual({ statusCode: 204 });
  expect(mine).toEqual([EVENT]);
  expect(await handler({ headers, body: `${body} `, isBase64Encoded: false })).toEqual({ statusCode: 400 });
  expect(await handler({ headers: null, body: null, isBase64Encoded })).toEqual({ statusCode: 400 });
});
