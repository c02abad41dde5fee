/**
 * Events: each state change leaves one, under one id, listed at once and copied once, even if a process stops in
 * between (V9).
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { toRfc3339 } from '../../shared/base/clock.ts';
import { getItem, queryIndex } from '../../shared/base/dynamo.ts';
import { EVENT_KEPT_DAYS, type EventItem } from '../../shared/events/event.ts';
import { listEvents } from '../../shared/events/list.ts';
import { captureCharge, refundCharge } from '../../shared/payments/charges/operations.ts';
import { readCharge } from '../../shared/payments/charges/store.ts';
import { sweep } from '../../shared/payments/sweep/sweep.ts';
import { CARD, chargeCard, newKey, refusal } from '../setup/cards.ts';
import { ENGINES } from '../setup/engines.ts';
import { use } from '../setup/use.ts';
import type { Shop } from '../setup/world.ts';
import { openScene } from './scene.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const scene = use(() => openScene(engine));
  let shop: Shop;

  const newShop = async () => {
    shop = await scene.merchant();
  };
  beforeEach(async () => {
    await scene.clear();
    await newShop();
  });
  const events = async (query = {}) => (await listEvents(scene.deps, shop.secret, query)).data;
  const types = async () => (await events()).map(({ type }) => type);

  test('a charge’s events are listed before anything has copied them, and the same after', async () => {
    const paid = await chargeCard(scene, shop, CARD.approve);
    scene.clock.advance(1_000);
    await refundCharge(scene.deps, shop.secret, {
      chargeId: paid.id,
      amountMinor: 1_000,
      idempotencyKey: newKey(),
    });
    const fresh = await events();
    expect(
      fresh
        .slice(0, 2)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['refund.started', 'refund.succeeded']);
    expect(
      fresh
        .slice(2)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['charge.captured', 'charge.created']);
    expect(await scene.deliver()).toEqual({ copied: 4, left: 0, delivered: 0, failed: 0, dead: 0 });
    expect(await events()).toEqual(fresh);
    expect(await scene.deliver()).toMatchObject({ copied: 0 });
  });

  test('an event shows the charge, or the refund it is about, and no more of the card than the API', async () => {
    const paid = await chargeCard(scene, shop, CARD.approve);
    const refund = await refundCharge(scene.deps, shop.secret, {
      chargeId: paid.id,
      amountMinor: undefined,
      idempotencyKey: newKey(),
    });
    await scene.deliver();
    const all = await events();
    const of = (type: string) => all.find((event) => event.type === type);
    expect(of('refund.succeeded')).toEqual({
      object: 'event',
      id: expect.stringMatching(/^evt_[a-z2-7]{26}$/),
      type: 'refund.succeeded',
      created_at: toRfc3339(scene.clock.nowMs()),
      data: { object: refund },
    });
    expect(of('charge.captured')?.data.object).toMatchObject({ id: paid.id, status: 'refunded' });
    expect(JSON.stringify(all)).not.toContain(CARD.approve);
  });

  test('an unknown outcome is an event, and its resolution by the sweep is another', async () => {
    await chargeCard(scene, shop, CARD.lostResponse);
    expect(await types()).toContain('charge.outcome_unknown');
    await scene.deliver();
    scene.clock.advance(61_000);
    await sweep(scene.deps, scene.clock.nowMs() + 60_000);
    expect((await types())[0]).toBe('charge.captured');
    expect(await scene.deliver()).toMatchObject({ copied: 1 });
    expect(await types()).toHaveLength(3);
  });

  test('a run that stops after any of its writes is made up by the next, without an event lost or doubled', async () => {
    await chargeCard(scene, shop, CARD.approve);
    const before = await events();
    const { dynamodb } = scene.deps;
    let writes = 0;
    for (let stopAt = 1; stopAt < 20; stopAt += 1) {
      writes = 0;
      const stopping = Object.create(dynamodb) as typeof dynamodb;
      stopping.send = (async (command: { constructor: { name: string } }) => {
        if (/Put|Update/.test(command.constructor.name)) {
          writes += 1;
          if (writes >= stopAt) throw new Error('stopped');
        }
        return dynamodb.send(command as never);
      }) as typeof dynamodb.send;
      const report = await scene.deliverWith(stopping);
      expect(await events()).toEqual(before);
      if (report.failed + report.left === 0) break;
    }
    const page = await queryIndex(scene.deps, 'Events', 'lists', {
      partition: ['list', shop.secret.owner],
      limit: 100,
    });
    expect(page.keys).toHaveLength(2);
  });

  test('an event that comes while others are being copied is not left behind', async () => {
    const held = await chargeCard(scene, shop, CARD.approve, { capture: false });
    const { dynamodb } = scene.deps;
    const racing = Object.create(dynamodb) as typeof dynamodb;
    let hasRaced = false;
    racing.send = (async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === 'PutItemCommand' && !hasRaced) {
        hasRaced = true;
        await captureCharge(scene.deps, shop.secret, {
          chargeId: held.id,
          amountMinor: undefined,
          idempotencyKey: newKey(),
        });
      }
      return dynamodb.send(command as never);
    }) as typeof dynamodb.send;
    await scene.deliverWith(racing);
    await scene.deliver();
    const ids = new Set((await events()).map(({ id }) => id));
    expect(ids.size).toBe(4);
    for (const id of ids) expect(await getItem<EventItem>(scene.deps, 'Events', id)).toMatchObject({ record_id: id });
  });

  test('pages follow each other without a gap while events move from the ledger to their own table', async () => {
    for (let count = 0; count < 5; count += 1) {
      await chargeCard(scene, shop, CARD.approve);
      scene.clock.advance(1_000);
      if (count === 2) await scene.deliver();
    }
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 10; page += 1) {
      const { data, next_cursor: next } = await listEvents(scene.deps, shop.secret, { limit: '3', cursor });
      seen.push(...data.map(({ id }) => id));
      if (page === 1) await scene.deliver();
      if (next === null) break;
      cursor = next;
    }
    expect(seen).toEqual((await events({ limit: '100' })).map(({ id }) => id));
    expect(new Set(seen).size).toBe(10);
  });

  test('an event is listed for ninety days, and no longer; its charge keeps it', async () => {
    const { id } = await chargeCard(scene, shop, CARD.approve);
    await scene.deliver();
    const [event] = await events();
    const item = await getItem<EventItem>(scene.deps, 'Events', event?.id ?? '');
    expect(item?.expires_at_s).toBe(Math.ceil(scene.clock.nowMs() / 1_000) + EVENT_KEPT_DAYS * 86_400);
    scene.clock.advance(EVENT_KEPT_DAYS * 86_400_000 - 1_000);
    expect(await events()).toHaveLength(2);
    scene.clock.advance(2_000);
    expect(await events()).toEqual([]);
    expect((await readCharge(scene.deps, id))?.events).toHaveLength(2);
  });

  test('no merchant sees another merchant’s events (V10)', async () => {
    await chargeCard(scene, shop, CARD.approve);
    const mine = await events();
    await newShop();
    expect(mine).toHaveLength(2);
    expect(await events()).toEqual([]);
    await scene.deliver();
    expect(await events()).toEqual([]);
  });

  test.each(['', 'x', Buffer.from('2026-06-15T03:00:00.000Z#ch_aaaaaaaaaaaaaaaaaaaaaaaaaa').toString('base64url')])(
    'a cursor of another kind is refused: %p',
    async (cursor) => {
      expect(await refusal(listEvents(scene.deps, shop.secret, { cursor }))).toEqual({
        code: 'cursor_invalid',
        param: 'cursor',
      });
    },
  );

  test.each(['0', '101', '-1', 'ten', '1.5'])('a limit of %p is refused', async (limit) => {
    expect((await refusal(listEvents(scene.deps, shop.secret, { limit }))).code).toBe('limit_invalid');
  });
});
