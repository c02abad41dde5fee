/**
 * Events and webhooks through the whole vault: the deployed bundles under their own roles, endpoints made by the command
 * line, and the example receiver that verifies with the public package.
 */
import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startReceiver as startExample } from '../../examples/webhook-receiver/server.ts';
import type { VaultEvent } from '../../examples/webhook-receiver/verify.ts';
import type { EventPage } from '../../shared/events/responses.ts';
import { localFile, workplace } from '../cli/fuda.ts';
import { startReceiver } from '../events/receiver.ts';
import { CARD } from '../setup/cards.ts';
import { eventually } from '../setup/eventually.ts';
import { use } from '../setup/use.ts';
import { accepted, startVault, type TestMerchant } from '../setup/vault.ts';
import { Relay } from './leaks/relay.ts';

const vault = use(startVault);
const place = use(async () => workplace(await localFile(vault.operator)));

async function fuda<Shape>(...args: readonly string[]): Promise<Shape> {
  const { exitCode, stdout, stderr } = await place.runHere(...args, '--json');
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as Shape;
}

interface Added {
  readonly endpoint: { readonly id: string; readonly status: string };
  readonly secret: string;
}

const addEndpoint = (shop: TestMerchant, url: string) =>
  fuda<Added>('webhook', 'add', shop.id, '--mode', 'test', '--url', url);

const deliver = () => vault.runtime.runSchedule('scheduled/deliver-webhooks');
const eventsOf = async (shop: TestMerchant) => accepted<EventPage>(await shop.get('/v1/events')).data;

test('a payment is listed at once, and reaches a receiver that verifies it, under one id (V9)', async () => {
  const shop = await vault.merchant();
  const received: VaultEvent[] = [];
  // The secret is known once the endpoint is made, and the endpoint wants a URL: that of a relay, which holds its port.
  await using relay = await Relay.start('webhooks');
  const { secret } = await addEndpoint(shop, `${relay.url}/hooks/fuda`);
  const example = await startExample({ port: 0, secret, onEvent: (event) => void received.push(event) });
  relay.aimAt(example.url);
  try {
    const paid = await shop.pay();
    const paidAt = performance.now();
    const listed = await eventsOf(shop);
    const listedMs = performance.now() - paidAt;
    await deliver();
    const deliveredMs = performance.now() - paidAt;
    process.stdout.write(`\nlisted after ${listedMs.toFixed(0)} ms, delivered ${deliveredMs.toFixed(0)} ms after\n`);
    expect(listed.map(({ type }) => type).sort()).toEqual(['charge.captured', 'charge.created']);
    expect(received.map(({ id }) => id).sort()).toEqual(listed.map(({ id }) => id).sort());
    for (const event of received) expect(event.data.object).toMatchObject({ object: 'charge', id: paid.id });
    expect(JSON.stringify([listed, received])).not.toContain(CARD.approve);
    expect(await eventsOf(shop)).toEqual(listed);
  } finally {
    await example.stop();
  }
});

test('a silent receiver delays no charge; the operator lists and replays what one could not take', async () => {
  await using silent = await startReceiver();
  const waiting: ServerResponse[] = [];
  silent.respond((response) => void waiting.push(response));
  await using gone = await startReceiver();
  gone.respond((response) => response.writeHead(410).end());
  const [slow, good] = await Promise.all([vault.merchant(), vault.merchant()]);
  await addEndpoint(slow, silent.url);
  const { endpoint } = await addEndpoint(good, gone.url);
  await Promise.all([slow.pay(), good.pay()]);

  const run = deliver();
  let isOver = false;
  void run.then(() => {
    isOver = true;
  });
  await eventually('the silent receiver is asked', () => silent.received.length > 0);
  expect(await slow.pay()).toMatchObject({ status: 'captured' });
  expect(isOver).toBe(false);
  // How long it would be waited for is tried in test/events; here it hangs up.
  for (const response of waiting) response.destroy();
  await run;

  const { endpoints } = await fuda<{ endpoints: object[] }>('webhook', 'list', good.id);
  expect(endpoints).toMatchObject([{ id: endpoint.id, status: 'gone' }]);
  for (const receiver of [silent, gone]) receiver.respond((response) => response.writeHead(204).end());
  await fuda('webhook', 'replay', good.id, endpoint.id);
  await deliver();
  expect(new Set(gone.received.map(({ id }) => id)).size).toBe(2);
});

test('the operator rotates a secret and removes an endpoint, and cannot register an inner address', async () => {
  const shop = await vault.merchant();
  await using hook = await startReceiver();
  const { endpoint, secret } = await addEndpoint(shop, hook.url);
  const rotated = await fuda<Added>('webhook', 'rotate-secret', shop.id, endpoint.id);
  expect(rotated.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(rotated.secret).not.toBe(secret);
  await shop.pay();
  await deliver();
  expect(String(hook.received[0]?.headers['webhook-signature']).split(' ')).toHaveLength(2);
  await fuda('webhook', 'remove', shop.id, endpoint.id);
  expect(await fuda('webhook', 'list', shop.id)).toEqual({ endpoints: [] });
  for (const url of ['https://169.254.169.254/', 'http://10.0.0.1/', 'https://[::1]/', 'http://shop.example/']) {
    const refused = await place.runHere('webhook', 'add', shop.id, '--mode', 'test', '--url', url);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('A webhook URL is https')]);
  }
  expect(JSON.stringify(await vault.contents())).not.toContain(secret);
});

test('a merchant sees a charge’s unknown outcome and how it was resolved', async () => {
  const shop = await vault.merchant();
  const { id } = await shop.pay({}, CARD.lostResponse);
  expect((await eventsOf(shop))[0]).toMatchObject({ type: 'charge.outcome_unknown', data: { object: { id } } });
  await vault.edit('Ledger', id, { open_since_ms: Date.now() - 3_600_000, created_at_ms: Date.now() - 3_600_000 });
  const before = deliveries();
  await vault.runtime.runSchedule('scheduled/sweep');
  expect((await eventsOf(shop))[0]).toMatchObject({ type: 'charge.captured', data: { object: { id } } });
  // The sweep starts a delivery too, which would take what another test waits for.
  await eventually('the delivery that the sweep started is over', () => deliveries() > before);
});

/** How many runs of the deliverer its log tells of. */
function deliveries(): number {
  const log = join(vault.dir, 'logs/scheduled/deliver-webhooks.log');
  return existsSync(log) ? readFileSync(log, 'utf8').split('"Runs":1').length : 0;
}
