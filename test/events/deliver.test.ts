/**
 * Deliveries over real sockets: what a receiver gets, and how an event ends when the receiver is dead, slow, gone,
 * broken or hostile, without harm to a charge, to another endpoint or to another merchant (V9).
 */
import { afterEach, describe, expect, test } from '@jest/globals';
import { getItem } from '../../shared/base/dynamo.ts';
import type { SafeFetch } from '../../shared/base/net/safe-fetch.ts';
import { deliverWebhooks } from '../../shared/events/deliver.ts';
import { deliveriesIn, queueOf, readDelivery } from '../../shared/events/delivery.ts';
import { awaitStart, claimEarlyRun } from '../../shared/events/early-run.ts';
import type { EndpointItem } from '../../shared/events/endpoint.ts';
import { addEndpoint, OVERLAP_MS, removeEndpoint, rotateSecret } from '../../shared/events/endpoint-store.ts';
import { replay } from '../../shared/events/replay.ts';
import { TRIES_MAX } from '../../shared/events/retry.ts';
import { CARD, chargeCard } from '../setup/cards.ts';
import { eventually } from '../setup/eventually.ts';
import { writingTwice } from '../setup/repeated.ts';
import { use } from '../setup/use.ts';
import type { Shop } from '../setup/world.ts';
import { type HookReceiver, startReceiver } from './receiver.ts';
import { isSignedWith, openScene } from './scene.ts';

/** For a receiver that is to keep silent. */
const TRY_MS = 300;
const DAY_MS = 24 * 60 * 60_000;

const scene = use(openScene);
const opened: HookReceiver[] = [];

afterEach(async () => {
  await scene.clear();
  await Promise.all(opened.splice(0).map((receiver) => receiver[Symbol.asyncDispose]()));
});

const receiver = async (): Promise<HookReceiver> => {
  const started = await startReceiver();
  opened.push(started);
  return started;
};

/** A merchant with one endpoint, which has received nothing yet. */
async function hooked() {
  const [shop, hook] = await Promise.all([scene.merchant(), receiver()]);
  const { endpoint, secret } = await scene.endpoint(shop, hook.url);
  scene.clock.advance(1);
  return { shop, hook, endpoint, secret };
}

const pay = (shop: Shop) => chargeCard(scene, shop, CARD.approve);
const statusOf = async (id: string) => (await getItem<EndpointItem>(scene.deps, 'Events', id))?.status;

/** Runs the deliverer again and again while time goes by, until nothing has been due for the endpoint. */
async function letTimePass(endpointId: string, forMs: number): Promise<number> {
  const untilMs = scene.clock.nowMs() + forMs;
  let runs = 0;
  while (scene.clock.nowMs() < untilMs) {
    const [next] = await deliveriesIn(scene.deps, queueOf(endpointId, 'due'), Number.MAX_SAFE_INTEGER, 1);
    if (next === undefined) break;
    scene.clock.advance(Math.max(0, next.due_at_ms - scene.clock.nowMs()) + 60_000);
    await scene.deliver();
    runs += 1;
  }
  return runs;
}

describe('a receiver', () => {
  test('gets each event once, signed, under the id it has in the API', async () => {
    const { shop, hook, secret } = await hooked();
    const paid = await pay(shop);
    expect(await scene.deliver()).toEqual({ copied: 2, left: 0, delivered: 2, failed: 0, dead: 0 });
    expect(await scene.deliver()).toEqual({ copied: 0, left: 0, delivered: 0, failed: 0, dead: 0 });
    expect(hook.received.map(({ event }) => event.type).sort()).toEqual(['charge.captured', 'charge.created']);
    for (const message of hook.received) {
      expect(message.id).toBe(message.event.id);
      expect(isSignedWith(secret, message)).toBe(true);
      expect(message.headers['content-type']).toBe('application/json');
      expect(message.event.data.object).toMatchObject({ object: 'charge', id: paid.id });
      expect(message.body).not.toContain(CARD.approve);
    }
  });

  test('finds a signature that any change of body, id or time breaks', async () => {
    const { shop, hook, secret } = await hooked();
    await pay(shop);
    await scene.deliver();
    const [message] = hook.received;
    if (message === undefined) throw new Error('nothing came');
    expect(isSignedWith(secret, message)).toBe(true);
    expect(isSignedWith(secret, { ...message, body: `${message.body} ` })).toBe(false);
    for (const [name, value] of [
      ['webhook-id', 'evt_other'],
      ['webhook-timestamp', '1'],
    ] as const) {
      expect(isSignedWith(secret, { ...message, headers: { ...message.headers, [name]: value } })).toBe(false);
    }
  });

  test('receives nothing of another merchant, of another mode, from before it was added, or after it was removed', async () => {
    const shop = await scene.merchant();
    await pay(shop);
    scene.clock.advance(1);
    const hook = await receiver();
    const { endpoint } = await scene.endpoint(shop, hook.url);
    const live = { merchantId: shop.merchant.merchant_id, mode: 'live', url: hook.url } as const;
    await addEndpoint(scene.deps, live, { dangerouslyAllowLoopback: true });
    await pay(await scene.merchant());
    await scene.deliver();
    expect(hook.received).toEqual([]);
    await pay(shop);
    await removeEndpoint(scene.deps, shop.merchant.merchant_id, endpoint.record_id);
    await scene.deliver();
    expect(hook.received).toEqual([]);
  });

  test('that fails at first gets the event later, under the same id and with a new signature', async () => {
    const { shop, hook, endpoint, secret } = await hooked();
    hook.respond((response, count) => response.writeHead(count <= 4 ? 500 : 200).end('later'));
    await pay(shop);
    expect(await scene.deliver()).toMatchObject({ delivered: 0, failed: 2 });
    expect(await scene.deliver()).toMatchObject({ delivered: 0, failed: 0 });
    await letTimePass(endpoint.record_id, DAY_MS);
    const ids = hook.received.map(({ id }) => id);
    expect(ids).toHaveLength(6);
    expect(new Set(ids).size).toBe(2);
    for (const message of hook.received) expect(isSignedWith(secret, message)).toBe(true);
    expect(new Set(hook.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBeGreaterThan(2);
    for (const id of ids) {
      expect(await readDelivery(scene.deps, id, endpoint.record_id)).toMatchObject({ status: 'delivered' });
    }
  });

  test.each([
    ['a redirect', '307', (response) => response.writeHead(307, { location: 'https://elsewhere.example/' }).end()],
    ['a refusal', '404', (response) => response.writeHead(404).end()],
    ['a throttle', '429', (response) => response.writeHead(429, { 'retry-after': '1' }).end()],
    ['a closed connection', 'connection_failed', (response) => response.socket?.destroy()],
    ['garbage', 'connection_failed', (response) => response.socket?.end('\u0000garbage\r\n\r\n')],
    ['silence', 'timed_out', () => undefined],
    [
      'a response that never ends',
      'timed_out',
      (response) => {
        response.writeHead(200).write('x');
      },
    ],
  ] as const satisfies readonly (readonly [string, string, Parameters<HookReceiver['respond']>[0]])[])(
    'that responds with %s has not taken the event',
    async (_what, response, how) => {
      const { shop, hook, endpoint } = await hooked();
      hook.respond(how);
      await pay(shop);
      const isSilent = response === 'timed_out';
      const run = isSilent ? scene.deliverVia(scene.within(TRY_MS)) : scene.deliver();
      expect(await run).toMatchObject({ delivered: 0, failed: 2 });
      // One that is not waited for long enough may not have read it yet.
      const first = await eventually('the event came', () => hook.received[0]);
      expect(await readDelivery(scene.deps, first.id, endpoint.record_id)).toMatchObject({
        status: 'pending',
        tries: 1,
        last_response: response,
      });
    },
  );

  test('that accepts with a huge body has taken the event, and is not listened to any longer', async () => {
    const { shop, hook } = await hooked();
    hook.respond((response) => {
      response.writeHead(200);
      response.end(Buffer.alloc(5_000_000));
    });
    await pay(shop);
    expect(await scene.deliver()).toMatchObject({ delivered: 2, failed: 0 });
  });
});

describe('an event that no receiver accepts', () => {
  test('is given up after three days, and kept for the operator to replay', async () => {
    const { shop, hook, endpoint } = await hooked();
    const { record_id: endpointId, merchant_id: merchantId } = endpoint;
    hook.respond((response) => response.writeHead(500).end());
    const startMs = scene.clock.nowMs();
    await pay(shop);
    await scene.deliver();
    await letTimePass(endpointId, 10 * DAY_MS);
    expect(hook.received).toHaveLength(2 * TRIES_MAX);
    expect(scene.clock.nowMs() - startMs).toBeGreaterThan(2 * DAY_MS);
    expect(scene.clock.nowMs() - startMs).toBeLessThan(4 * DAY_MS);
    const dead = await deliveriesIn(scene.deps, queueOf(endpointId, 'dead'), scene.clock.nowMs(), 10);
    expect(dead).toHaveLength(2);

    hook.respond((response) => response.writeHead(204).end());
    expect(await replay(scene.deps, { merchantId, endpointId })).toBe(2);
    expect(await scene.deliver()).toMatchObject({ delivered: 2, failed: 0 });
    expect(await deliveriesIn(scene.deps, queueOf(endpointId, 'dead'), scene.clock.nowMs(), 10)).toEqual([]);
    expect(new Set(hook.received.map(({ id }) => id)).size).toBe(2);
  });

  test('can be replayed alone, even after it was delivered, and comes under the id it had', async () => {
    const { shop, hook, endpoint } = await hooked();
    const { record_id: endpointId, merchant_id: merchantId } = endpoint;
    await pay(shop);
    await scene.deliver();
    const eventId = hook.received[0]?.id;
    expect(await replay(scene.deps, { merchantId, endpointId, eventId })).toBe(1);
    expect(await replay(scene.deps, { merchantId, endpointId, eventId })).toBe(0);
    await scene.deliver();
    expect(hook.received.map(({ id }) => id)).toHaveLength(3);
    expect(hook.received[2]?.id).toBe(eventId);
  });

  test('cannot be replayed by or for another merchant, nor where it never was', async () => {
    const { endpoint } = await hooked();
    const other = await scene.merchant();
    const endpointId = endpoint.record_id;
    const foreign = replay(scene.deps, { merchantId: other.merchant.merchant_id, endpointId });
    await expect(foreign).rejects.toThrow('no such webhook endpoint');
    const eventId = `evt_${'a'.repeat(26)}`;
    const unknown = replay(scene.deps, { merchantId: endpoint.merchant_id, endpointId, eventId });
    await expect(unknown).rejects.toThrow('No such event');
  });

  test('stops its endpoint at once where the response is 410, until a replay sends what happened since, too', async () => {
    const { shop, hook, endpoint } = await hooked();
    const { record_id: endpointId, merchant_id: merchantId } = endpoint;
    hook.respond((response) => response.writeHead(410).end());
    await pay(shop);
    await scene.deliver();
    const sent = hook.received.length;
    expect(await statusOf(endpointId)).toBe('gone');
    scene.clock.advance(DAY_MS);
    await pay(shop);
    await scene.deliver();
    expect(hook.received).toHaveLength(sent);

    hook.respond((response) => response.writeHead(204).end());
    await replay(scene.deps, { merchantId, endpointId });
    await scene.deliver();
    expect(await statusOf(endpointId)).toBe('active');
    // The two that were given up and the two of the payment after.
    expect(new Set(hook.received.slice(sent).map(({ id }) => id)).size).toBe(4);
  });
});

describe('a sender', () => {
  test('that stops between claiming and sending has used up its turn: the event is sent at the next', async () => {
    const { shop, hook, endpoint } = await hooked();
    await pay(shop);
    let claimed = 0;
    void scene.deliverVia(() => {
      claimed += 1;
      return new Promise(() => undefined);
    });
    await eventually('both are claimed', () => claimed === 2);
    expect(hook.received).toEqual([]);
    await scene.deliver();
    expect(hook.received).toEqual([]);
    await letTimePass(endpoint.record_id, DAY_MS);
    expect(hook.received).toHaveLength(2);
  });

  test('that stops between sending and noting it sends again, under the same id', async () => {
    const { shop, hook, endpoint } = await hooked();
    await pay(shop);
    const { send } = scene.webhooks;
    let sent = 0;
    void scene.deliverVia(async (request) => {
      await send(request);
      sent += 1;
      return new Promise(() => undefined);
    });
    await eventually('both are sent', () => sent === 2);
    expect(hook.received).toHaveLength(2);
    await letTimePass(endpoint.record_id, DAY_MS);
    expect(hook.received).toHaveLength(4);
    expect(new Set(hook.received.map(({ id }) => id)).size).toBe(2);
  });

  test('that has lost the response to each of its writes, and wrote again, sends each event at once', async () => {
    const { shop, hook } = await hooked();
    await pay(shop);
    expect(await scene.deliverWith(writingTwice(scene.webhooks).dynamodb)).toMatchObject({ delivered: 2, failed: 0 });
    expect(hook.received).toHaveLength(2);
  });

  test('is not doubled by another that runs at the same time', async () => {
    const { shop, hook } = await hooked();
    await pay(shop);
    await Promise.all([scene.deliver(), scene.deliver(), scene.deliver()]);
    expect(hook.received).toHaveLength(2);
  });
});

describe('a bad endpoint', () => {
  test('that is dead or slow costs other merchants, its own other endpoints and charges nothing', async () => {
    const bad = await hooked();
    bad.hook.respond(() => undefined);
    const sister = await receiver();
    await scene.endpoint(bad.shop, sister.url);
    const good = await hooked();
    for (let count = 0; count < 12; count += 1) await pay(bad.shop);
    await pay(good.shop);
    // No delivery to the bad receiver ends before the others have received everything.
    const othersAreServed = Promise.withResolvers<void>();
    const isServed = () => good.hook.received.length === 2 && sister.received.length === 24;
    const send: SafeFetch = async (request) => {
      if (request.url === bad.hook.url) {
        await othersAreServed.promise;
        return scene.within(TRY_MS)(request);
      }
      const response = await scene.webhooks.send(request);
      if (isServed()) othersAreServed.resolve();
      return response;
    };
    const report = await deliverWebhooks({ ...scene.webhooks, send }, scene.clock.nowMs() + 40_000);
    // Sixteen tries side by side, two more begun by those that fail first, then none until the next run.
    expect(report).toMatchObject({ delivered: 26, dead: 0 });
    expect(bad.hook.received.length).toBeLessThanOrEqual(18);
    expect(good.hook.received).toHaveLength(2);
    expect(sister.received).toHaveLength(24);
  });

  test('cannot be registered where it could never be sent to', async () => {
    const shop = await scene.merchant();
    const add = (url: string, dangerouslyAllowLoopback = false) =>
      addEndpoint(
        scene.deps,
        { merchantId: shop.merchant.merchant_id, mode: 'test', url },
        { dangerouslyAllowLoopback },
      );
    for (const url of [
      'http://shop.example/',
      'http://127.0.0.1:3000/',
      'https://127.0.0.1/',
      'https://10.0.0.1/',
      'https://169.254.169.254/',
      'https://[::1]/',
      'https://localhost/',
      'https://user:password@shop.example/',
      'https://shop.example/#part',
      `https://shop.example/${'a'.repeat(2_048)}`,
      'ftp://shop.example/',
      'shop.example',
    ]) {
      await expect(add(url)).rejects.toThrow('A webhook URL');
    }
    await expect(add('http://10.0.0.1/', true)).rejects.toThrow('A webhook URL');
    const stranger = { merchantId: `mer_${'a'.repeat(26)}`, mode: 'test', url: 'https://shop.example/' } as const;
    await expect(addEndpoint(scene.deps, stranger, { dangerouslyAllowLoopback: false })).rejects.toThrow('no such');
  });

  test('is one of at most sixteen', async () => {
    const shop = await scene.merchant();
    for (let count = 0; count < 16; count += 1) await scene.endpoint(shop, `https://shop.example/${count}`);
    await expect(scene.endpoint(shop, 'https://shop.example/17')).rejects.toThrow('at most 16');
  });
});

describe('an early run', () => {
  test('is started by one of all who resolve something within a second, for when the second is over', async () => {
    scene.clock.advance(1_000 - (scene.clock.nowMs() % 1_000) + 400);
    const endMs = scene.clock.nowMs() + 600;
    // However busy the machine is, a claim gets its response.
    const claim = () => claimEarlyRun(scene.deps, 60_000);
    const claims = await Promise.all(Array.from({ length: 20 }, claim));
    expect(claims.filter((run) => run !== null)).toEqual([{ start_at_ms: endMs }]);
    scene.clock.advance(600);
    expect(await claim()).toEqual({ start_at_ms: endMs + 1_000 });
  });

  test.each([
    ['a schedule’s', { source: 'aws.scheduler' }, 0],
    ['one that was to begin a moment ago', (nowMs: number) => ({ start_at_ms: nowMs - 50 }), 0],
    ['an early one', (nowMs: number) => ({ start_at_ms: nowMs + 700 }), 700],
    ['one of another clock', (nowMs: number) => ({ start_at_ms: nowMs + 3_600_000 }), 2_000],
  ])('waits for its second and no longer: %s', async (_whose, event, waitsMs) => {
    const beforeMs = scene.clock.nowMs();
    await awaitStart(scene.deps, typeof event === 'function' ? event(beforeMs) : event);
    expect(scene.clock.nowMs() - beforeMs).toBe(waitsMs);
  });
});

describe('a signing secret', () => {
  test('that is rotated signs along for a day, beside the new one', async () => {
    const { shop, hook, endpoint, secret } = await hooked();
    const rotated = await rotateSecret(scene.deps, endpoint.merchant_id, endpoint.record_id);
    await pay(shop);
    await scene.deliver();
    for (const message of hook.received) {
      expect([isSignedWith(secret, message), isSignedWith(rotated.secret, message)]).toEqual([true, true]);
    }
    scene.clock.advance(OVERLAP_MS);
    await pay(shop);
    await scene.deliver();
    for (const message of hook.received.slice(2)) {
      expect([isSignedWith(secret, message), isSignedWith(rotated.secret, message)]).toEqual([false, true]);
    }
  });

  test('lies in no table in clear', async () => {
    const { endpoint, secret } = await hooked();
    expect(JSON.stringify(endpoint)).not.toContain(secret.clearText());
    expect(JSON.stringify(scene.events)).not.toContain(secret.clearText());
  });
});
