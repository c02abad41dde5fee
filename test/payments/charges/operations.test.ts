/** Capture, cancel and refund: V7 under every order and race, and the table of which state allows which verb. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { getItem } from '../../../shared/base/dynamo.ts';
import { type ChargeStatus, TRANSITIONS } from '../../../shared/payments/charges/charge.ts';
import { getCharge } from '../../../shared/payments/charges/list.ts';
import {
  cancelCharge,
  captureCharge,
  OPERATIONS_MAX,
  refundCharge,
} from '../../../shared/payments/charges/operations.ts';
import { readCharge } from '../../../shared/payments/charges/store.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { CARD, chargeCard, newKey, refusal } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { checkProperty } from '../../setup/property.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const wanted = (chargeId: string, amountMinor?: number, idempotencyKey = newKey()) => ({
    chargeId,
    amountMinor,
    idempotencyKey,
  });
  const capture = (id: string, amount?: number, key?: string) =>
    captureCharge(world.deps, shop.secret, wanted(id, amount, key));
  const cancel = (id: string, key?: string) => cancelCharge(world.deps, shop.secret, wanted(id, undefined, key));
  const refund = (id: string, amount?: number, key?: string) =>
    refundCharge(world.deps, shop.secret, wanted(id, amount, key));
  const read = (id: string) => getCharge(world.deps, shop.secret, id);
  const booksOf = (reference: string) => getItem<SimulatorItem>(world.deps, 'Simulator', reference);
  const authorized = async () => (await chargeCard(world, shop, CARD.approve, { capture: false })).id;
  const captured = async () => (await chargeCard(world, shop, CARD.approve)).id;

  describe('every state and every verb', () => {
    const reach: Record<Exclude<ChargeStatus, 'failed'>, () => Promise<string>> = {
      processing: async () => (await chargeCard(world, shop, CARD.timeout)).id,
      authorized,
      captured,
      partially_refunded: async () => {
        const id = await captured();
        await refund(id, 1);
        return id;
      },
      refunded: async () => {
        const id = await captured();
        await refund(id);
        return id;
      },
      canceled: async () => {
        const id = await authorized();
        await cancel(id);
        return id;
      },
      declined: async () => (await chargeCard(world, shop, CARD.declined)).id,
    };
    const verbs = {
      capture: { act: capture, refused: 'charge_not_capturable' },
      cancel: { act: (id: string) => cancel(id), refused: 'charge_not_cancelable' },
      refund: { act: refund, refused: 'charge_not_refundable' },
    } as const;
    const rows = Object.keys(reach).flatMap((state) => Object.keys(verbs).map((verb) => [verb, state] as const));

    test.each(rows)('%s of a charge that is %s does what the table of transitions says', async (verb, state) => {
      const id = await reach[state as keyof typeof reach]();
      const before = await read(id);
      expect(before.status).toBe(state);
      const { act, refused } = verbs[verb as keyof typeof verbs];
      const { from, to } = TRANSITIONS[verb as keyof typeof verbs];
      if ((from as readonly string[]).includes(state)) {
        await act(id);
        expect(to).toContain((await read(id)).status);
      } else {
        expect((await refusal(act(id))).code).toBe(refused);
        expect(await read(id)).toEqual(before);
      }
    });
  });

  describe('capture', () => {
    test('takes the whole amount unless told less', async () => {
      const [whole, part] = [await authorized(), await authorized()];
      expect(await capture(whole)).toMatchObject({ status: 'captured', amount_captured: 4180 });
      expect(await capture(part, 1000)).toMatchObject({ status: 'captured', amount_captured: 1000 });
      expect((await booksOf(part))?.captured_minor).toBe(1000);
    });

    test('of more than was authorized is refused and changes nothing (V7)', async () => {
      const id = await authorized();
      expect(await refusal(capture(id, 4181))).toEqual({ code: 'capture_too_large', param: 'amount' });
      expect(await read(id)).toMatchObject({ status: 'authorized', amount_captured: 0 });
    });

    test('repeated with its key gives the same response and moves money once (V6)', async () => {
      const id = await authorized();
      const key = newKey();
      const first = await capture(id, 1000, key);
      expect(await capture(id, 1000, key)).toEqual(first);
      expect((await booksOf(id))?.captured_minor).toBe(1000);
    });

    test('repeated with its key and another amount is refused (V6)', async () => {
      const id = await authorized();
      const key = newKey();
      await capture(id, 1000, key);
      expect(await refusal(capture(id, 999, key))).toEqual({ code: 'idempotency_conflict', param: 'amount' });
    });

    test('against a cancel at the same time: exactly one of them happens', async () => {
      const id = await authorized();
      const [one, two] = await Promise.allSettled([capture(id), cancel(id)]);
      expect([one.status, two.status].sort()).toEqual(['fulfilled', 'rejected']);
      const { status } = await read(id);
      const books = await booksOf(id);
      expect(status === 'captured' ? books?.captured_minor : books?.outcome).toBe(
        status === 'captured' ? 4180 : 'canceled',
      );
    });
  });

  describe('refund', () => {
    test('in parts ends as refunded when nothing is left', async () => {
      const id = await captured();
      expect(await refund(id, 1000)).toMatchObject({ object: 'refund', status: 'succeeded', amount: 1000, charge: id });
      expect(await read(id)).toMatchObject({ status: 'partially_refunded', amount_refunded: 1000 });
      expect(await refund(id)).toMatchObject({ status: 'succeeded', amount: 3180 });
      expect(await read(id)).toMatchObject({ status: 'refunded', amount_refunded: 4180 });
      expect((await read(id)).refunds).toHaveLength(2);
    });

    test('of more than is left is refused and changes nothing (V7)', async () => {
      const id = await captured();
      await refund(id, 4000);
      expect(await refusal(refund(id, 181))).toEqual({ code: 'refund_too_large', param: 'amount' });
      expect(await read(id)).toMatchObject({ amount_refunded: 4000 });
    });

    test('of a partial capture goes up to what was captured, not what was authorized (V7)', async () => {
      const id = await authorized();
      await capture(id, 1000);
      expect((await refusal(refund(id, 1001))).code).toBe('refund_too_large');
      expect(await refund(id, 1000)).toMatchObject({ status: 'succeeded' });
      expect(await read(id)).toMatchObject({ status: 'refunded' });
    });

    test('never exceeds the capture under thirty concurrent refunds (V7)', async () => {
      const id = await captured();
      await Promise.allSettled(Array.from({ length: 30 }, () => refund(id, 1000)));
      const charge = await read(id);
      const books = await booksOf(id);
      expect(charge.amount_refunded).toBeLessThanOrEqual(4180);
      expect(books?.refunded_minor).toBe(charge.amount_refunded);
    });

    test('happens once under twenty concurrent requests with one key (V6)', async () => {
      const id = await captured();
      const key = newKey();
      const responses = await Promise.allSettled(Array.from({ length: 20 }, () => refund(id, 1000, key)));
      const done = responses.flatMap((response) => (response.status === 'fulfilled' ? [response.value.id] : []));
      expect(new Set(done).size).toBe(1);
      expect(await read(id)).toMatchObject({ amount_refunded: 1000 });
      expect((await booksOf(id))?.refunded_minor).toBe(1000);
    });

    test('that the processor refuses gives the amount back to what can be refunded', async () => {
      const { id } = await chargeCard(world, shop, CARD.refundFails);
      expect(await refund(id, 1000)).toMatchObject({ status: 'failed' });
      expect(await read(id)).toMatchObject({ status: 'captured', amount_refunded: 0 });
      expect(await readCharge(world.deps, id)).toMatchObject({ refundable_minor: 4180 });
    });

    test('is refused once a charge holds as many operations as it can', async () => {
      const { id } = await chargeCard(world, shop, CARD.approve);
      for (let count = 0; count < OPERATIONS_MAX; count += 1) await refund(id, 1);
      expect((await refusal(refund(id, 1))).code).toBe('refund_limit');
    });

    test('of another merchant’s charge finds no such charge (V10)', async () => {
      const id = await captured();
      const other = await world.merchant();
      const theirs = refundCharge(world.deps, other.secret, wanted(id));
      expect(await refusal(theirs)).toEqual({ code: 'charge_not_found', param: 'charge_id' });
    });

    test('in any sequence of amounts keeps refunded ≤ captured ≤ authorized, and the processor agrees (V7)', async () => {
      const amounts = fc.array(fc.integer({ min: 1, max: 2500 }), { minLength: 1, maxLength: 5 });
      await checkProperty(
        fc.asyncProperty(fc.integer({ min: 1, max: 4180 }), amounts, async (capturedMinor, refunds) => {
          const id = await authorized();
          await capture(id, capturedMinor);
          let left = capturedMinor;
          for (const amount of refunds) {
            const tried = await refund(id, amount).then(
              () => 'done',
              () => 'refused',
            );
            expect(tried).toBe(amount <= left ? 'done' : 'refused');
            if (amount <= left) left -= amount;
          }
          const charge = await read(id);
          expect(charge.amount_refunded).toBe(capturedMinor - left);
          expect((await booksOf(id))?.refunded_minor).toBe(charge.amount_refunded);
        }),
        { runs: 8 },
      );
    });
  });

  test('every change of state left its event in the same item (V9)', async () => {
    const id = await authorized();
    await capture(id);
    await refund(id, 180);
    const item = await readCharge(world.deps, id);
    expect(item?.events.map(({ type }) => type)).toEqual([
      'charge.created',
      'charge.authorized',
      'capture.started',
      'capture.succeeded',
      'refund.started',
      'refund.succeeded',
    ]);
  });
});
