/** Checkout sessions: a link takes one payment, in spite of shoppers, tabs, cards and faults. */
import { describe, expect, test } from '@jest/globals';
import { getItem } from '../../../shared/base/dynamo.ts';
import { parse } from '../../../shared/base/parse.ts';
import { RESOLVE_AFTER_MS } from '../../../shared/ledger/entry.ts';
import { createCallers } from '../../../shared/merchants/callers.ts';
import { chargeIdFor } from '../../../shared/payments/charges/charge.ts';
import { refundCharge } from '../../../shared/payments/charges/operations.ts';
import { readCharge } from '../../../shared/payments/charges/store.ts';
import { cancelCheckout, createCheckout, getCheckout } from '../../../shared/payments/checkout/checkout.ts';
import { checkoutGuest } from '../../../shared/payments/checkout/guest.ts';
import { readCheckout } from '../../../shared/payments/checkout/ledger.ts';
import { payCheckout } from '../../../shared/payments/checkout/pay.ts';
import { CheckoutRequest } from '../../../shared/payments/checkout/request.ts';
import {
  type CheckoutItem,
  PAYMENTS_MAX,
  paymentKey,
  statusAt,
  TRANSITIONS,
} from '../../../shared/payments/checkout/session.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { sweep } from '../../../shared/payments/sweep/sweep.ts';
import type { CdeDeps } from '../../../shared/vault/cipher.ts';
import { CARD, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

const MINUTE_MS = 60_000;
const ORDER = { amount: 4180, currency: 'JPY', success_url: 'https://shop.example/orders/1' };

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const open = (wanted: object = {}, key = newKey()): Promise<CheckoutItem> =>
    createCheckout(
      world.deps,
      { caller: shop.secret, merchant: async () => shop.merchant },
      parse(CheckoutRequest, { ...ORDER, ...wanted }),
      key,
    );
  const card = async (number?: string): Promise<string> => (await tokenize(world, shop, number)).id;
  const pay = async ({ entry_id: id }: CheckoutItem, token: string, deps: CdeDeps = world.deps) =>
    (await payCheckout(deps, id, token)).payment;
  const read = async ({ entry_id: id }: CheckoutItem) => (await readCheckout(world.deps, id)) as CheckoutItem;
  const eventsOf = async (item: CheckoutItem) => (await read(item)).events.map(({ type }) => type);
  const run = () => sweep(world.deps, world.clock.nowMs() + MINUTE_MS);
  const chargeOf = (item: CheckoutItem, number: number) =>
    readCharge(world.deps, chargeIdFor(item.owner, paymentKey(item.entry_id, number)));
  /** How often a processor has approved a charge of this session. */
  const approvals = async (item: CheckoutItem): Promise<number> => {
    const ids = Array.from({ length: PAYMENTS_MAX }, (_, index) =>
      chargeIdFor(item.owner, paymentKey(item.entry_id, index + 1)),
    );
    const books = await Promise.all(ids.map((id) => getItem<SimulatorItem>(world.deps, 'Simulator', id)));
    return books.filter((book) => book?.outcome === 'approved').length;
  };

  describe('a session', () => {
    test('is made once per idempotency key, for any number of requests (V6)', async () => {
      const wanted = { description: 'Sencha', metadata: { order: '1', shop: 'a' }, expires_in_minutes: 10 };
      const key = newKey();
      const [first, ...more] = await Promise.all(Array.from({ length: 10 }, () => open(wanted, key)));
      for (const other of more) expect(other).toEqual(first);
      expect(await open({ ...wanted, metadata: { shop: 'a', order: '1' } }, key)).toEqual(first);
      expect(await eventsOf(first as CheckoutItem)).toEqual(['checkout_session.created']);
    });

    test.each([
      ['amount', { amount: 4181 }],
      ['currency', { currency: 'USD' }],
      ['capture', { capture: false }],
      ['save_card', { save_card: true }],
      ['success_url', { success_url: 'https://shop.example/orders/2' }],
      ['cancel_url', { cancel_url: 'https://shop.example/cart' }],
      ['expires_in_minutes', { expires_in_minutes: 31 }],
      ['locale', { locale: 'ja' }],
      ['processor', { processor: 'simulator' }],
      ['description', { description: 'Tea' }],
      ['metadata', { metadata: { order: '2' } }],
    ])('with another %s under the same key is refused, naming it (V6)', async (param, change) => {
      const key = newKey();
      await open({}, key);
      expect(await refusal(open(change, key))).toEqual({ code: 'idempotency_conflict', param });
    });

    test.each([
      ['a page of another site', 'https://shop.example.evil.example/', 'return_url_unregistered'],
      ['another port of its host', 'https://shop.example:8443/', 'return_url_unregistered'],
      ['its host without TLS', 'http://shop.example/', 'return_url_invalid'],
      ['a host that hides behind a user name', 'https://shop.example@evil.example/', 'return_url_invalid'],
      ['its own host with a password', 'https://me:secret@shop.example/', 'return_url_invalid'],
      ['a script', 'javascript:alert(1)', 'return_url_invalid'],
      ['a document in itself', 'data:text/html,paid', 'return_url_invalid'],
      ['a path alone', '/orders/1', 'return_url_invalid'],
      ['no URL', 'thanks', 'return_url_invalid'],
      ['an endless one', `https://shop.example/${'x'.repeat(2_000)}`, 'return_url_invalid'],
    ])('that would lead back to %s is refused', async (_where, url, code) => {
      for (const param of ['success_url', 'cancel_url']) {
        expect(await refusal((async () => open({ [param]: url }))())).toEqual({ code, param });
      }
    });

    test('for a processor that the merchant does not have is refused before anyone could try to pay it', async () => {
      expect(await refusal(open({ processor: 'stripe' }))).toEqual({
        code: 'processor_unavailable',
        param: 'processor',
      });
      const live = createCheckout(
        world.deps,
        {
          caller: { ...shop.secret, mode: 'live', owner: `${shop.merchant.merchant_id}/live` },
          merchant: async () => shop.merchant,
        },
        parse(CheckoutRequest, ORDER),
        newKey(),
      );
      expect(await refusal(live)).toEqual({ code: 'processor_unavailable', param: 'processor' });
    });

    test('is not found by another merchant, nor by a key of the other mode (V10)', async () => {
      const session = await open();
      const stranger = await world.merchant();
      const others = [stranger.secret, { ...shop.secret, owner: `${shop.merchant.merchant_id}/live` }];
      for (const other of others) {
        expect(await refusal(getCheckout(world.deps, other, session.entry_id))).toMatchObject({
          code: 'checkout_session_not_found',
        });
        expect(await refusal(cancelCheckout(world.deps, other, session.entry_id))).toMatchObject({
          code: 'checkout_session_not_found',
        });
      }
    });
  });

  describe('a payment', () => {
    test('charges what the session asks for, once, and leaves each step as an event (V9)', async () => {
      const session = await open({ description: 'Sencha', metadata: { order: '7' }, save_card: true });
      const payment = await pay(session, await card());
      expect(payment).toEqual({
        object: 'checkout_payment',
        checkout_session: session.entry_id,
        outcome: 'paid',
        session_status: 'paid',
        payments_left: PAYMENTS_MAX - 1,
      });
      const charge = await chargeOf(session, 1);
      expect(charge).toMatchObject({
        status: 'captured',
        amount_minor: 4180,
        currency: 'JPY',
        description: 'Sencha',
        metadata: { order: '7' },
        saved_card: expect.stringMatching(/^card_/),
      });
      const types = ['created', 'payment_started', 'paid'].map((type) => `checkout_session.${type}`);
      expect(await eventsOf(session)).toEqual(types);
      expect(await read(session)).not.toHaveProperty('open_shard');
    });

    test('only authorizes where the session says so', async () => {
      const session = await open({ capture: false });
      expect(await pay(session, await card())).toMatchObject({ outcome: 'paid' });
      expect(await chargeOf(session, 1)).toMatchObject({ status: 'authorized' });
    });

    test('with the same token is the same payment, for any number of concurrent requests (V6)', async () => {
      const session = await open();
      const token = await card();
      const responses = await Promise.all(Array.from({ length: 20 }, () => pay(session, token)));
      expect(responses.filter(({ outcome }) => outcome === 'paid').length).toBeGreaterThan(0);
      for (const { outcome } of responses) expect(['paid', 'processing']).toContain(outcome);
      expect(await pay(session, token)).toMatchObject({ outcome: 'paid' });
      expect((await read(session)).payments).toHaveLength(1);
    });

    test('from twenty tabs with twenty cards charges one (V4, V8)', async () => {
      const session = await open();
      const tokens = await Promise.all(Array.from({ length: 20 }, () => card()));
      const ended = await Promise.allSettled(tokens.map((token) => pay(session, token)));
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
      for (const code of refused) expect(code).toMatch(/^checkout_session_(busy|paid)$/);
      expect(await approvals(session)).toBe(1);
    });

    test('that is declined lets another card be tried, and tells the page no reason', async () => {
      const session = await open();
      const first = await card(CARD.insufficientFunds);
      const declined = await pay(session, first);
      expect(declined).toMatchObject({ outcome: 'refused', session_status: 'open', payments_left: 4 });
      expect(JSON.stringify(declined)).not.toMatch(/insufficient|decline/);
      expect(await chargeOf(session, 1)).toMatchObject({ decline_code: 'insufficient_funds' });
      expect(await pay(session, await card())).toMatchObject({ outcome: 'paid' });
      // Asked again, the first is what it was.
      expect(await pay(session, first)).toMatchObject({ outcome: 'refused', session_status: 'paid' });
      expect(await eventsOf(session)).toEqual(
        ['created', 'payment_started', 'payment_refused', 'payment_started', 'paid'].map(
          (type) => `checkout_session.${type}`,
        ),
      );
    });

    test('is the last after five refusals, so that a link tries out no cards', async () => {
      const session = await open();
      for (let left = PAYMENTS_MAX - 1; left >= 0; left -= 1) {
        const status = left === 0 ? 'canceled' : 'open';
        expect(await pay(session, await card(CARD.declined))).toMatchObject({
          session_status: status,
          payments_left: left,
        });
      }
      expect(await refusal(pay(session, await card()))).toMatchObject({ code: 'checkout_session_canceled' });
      expect(await read(session)).toMatchObject({ canceled_because: 'payments_used_up' });
      expect(await approvals(session)).toBe(0);
    });

    test('with what is no usable token is refused, and does not count', async () => {
      const session = await open();
      const spent = await card();
      await pay(await open(), spent);
      const stranger = await world.merchant();
      const refused = [
        [spent, 'token_spent'],
        [(await tokenize(world, stranger)).id, 'token_foreign'],
        [`tok_${'q'.repeat(26)}`, 'token_not_found'],
        [`card_${'q'.repeat(26)}`, 'token_not_found'],
        ['', 'token_not_found'],
      ] as const;
      for (const [token, code] of refused) {
        expect(await refusal(pay(session, token))).toEqual({ code, param: 'token' });
      }
      expect(await read(session)).toEqual(session);
    });

    test('cannot be of a stored card, because its id is not a secret', async () => {
      const session = await open({ save_card: true });
      await pay(session, await card());
      const { saved_card: stored } = (await chargeOf(session, 1)) ?? {};
      expect(await refusal(pay(await open(), String(stored)))).toMatchObject({ code: 'token_not_found' });
    });

    test('that loses the race for its token to a charge is refused, and the session stays open', async () => {
      const session = await open();
      const token = await card();
      const racing = spendFirst(world.deps, () => pay(other, token));
      const other = await open();
      expect(await pay(session, token, racing)).toMatchObject({ outcome: 'refused', session_status: 'open' });
      expect(await chargeOf(session, 1)).toMatchObject({ status: 'failed', failure_code: 'token_spent' });
      expect(await pay(session, await card())).toMatchObject({ outcome: 'paid' });
    });

    test('with a lost response stays processing, and the session takes no other until it is known (V8)', async () => {
      const session = await open();
      const token = await card(CARD.lostResponse);
      expect(await pay(session, token)).toMatchObject({ outcome: 'processing', session_status: 'processing' });
      expect(await refusal(pay(session, await card()))).toMatchObject({ code: 'checkout_session_busy' });
      expect(await refusal(cancelCheckout(world.deps, shop.secret, session.entry_id))).toMatchObject({
        code: 'checkout_session_busy',
      });
      world.clock.advance(RESOLVE_AFTER_MS);
      await run();
      expect(await pay(session, token)).toMatchObject({ outcome: 'paid', session_status: 'paid' });
      expect(await approvals(session)).toBe(1);
    });

    test('that the processor never saw opens the session again', async () => {
      const session = await open();
      expect(await pay(session, await card(CARD.timeout))).toMatchObject({ outcome: 'processing' });
      world.clock.advance(RESOLVE_AFTER_MS);
      await run();
      expect(await read(session)).toMatchObject({ status: 'open', payments: [{ number: 1, outcome: 'refused' }] });
      expect(await pay(session, await card())).toMatchObject({ outcome: 'paid' });
      expect(await approvals(session)).toBe(1);
    });

    test('that stops before any of its writes is ended by the sweep, and paying again charges once (V8)', async () => {
      for (let writes = 0, ended = false; !ended; writes += 1) {
        expect(writes).toBeLessThan(12);
        const session = await open();
        const stopped = await pay(session, await card(), stopBefore(world.deps, writes)).catch(() => null);
        ended = stopped !== null;
        world.clock.advance(RESOLVE_AFTER_MS);
        await run();
        if ((await read(session)).status === 'open') await pay(session, await card());
        expect([writes, (await read(session)).status, await approvals(session)]).toEqual([writes, 'paid', 1]);
      }
    });

    test('that was frozen before its charge and goes on after the sweep charges nothing (V8)', async () => {
      const session = await open();
      let thaw = () => {};
      const frozen = new Promise<void>((resolve) => {
        thaw = resolve;
      });
      const late = pay(session, await card(), waitBefore(world.deps, 1, frozen));
      await untilProcessing(session);
      world.clock.advance(RESOLVE_AFTER_MS);
      await run();
      expect(await chargeOf(session, 1)).toMatchObject({ status: 'failed', failure_code: 'interrupted' });
      expect(await pay(session, await card())).toMatchObject({ outcome: 'paid' });
      thaw();
      expect(await late).toMatchObject({ outcome: 'refused', session_status: 'paid' });
      expect(await approvals(session)).toBe(1);
    });

    test('is given back through its charge, and the session stays paid', async () => {
      const session = await open();
      await pay(session, await card());
      const { entry_id: chargeId = '' } = (await chargeOf(session, 1)) ?? {};
      const wanted = { chargeId, amountMinor: undefined, idempotencyKey: newKey() };
      expect(await refundCharge(world.deps, shop.secret, wanted)).toMatchObject({ status: 'succeeded' });
      expect(await refusal(pay(session, await card()))).toMatchObject({ code: 'checkout_session_paid' });
    });
  });

  describe('time', () => {
    test('closes a session to the millisecond, before anybody has swept it', async () => {
      const session = await open({ expires_in_minutes: 5 });
      const token = await card();
      world.clock.advance(5 * MINUTE_MS - 1);
      expect(statusAt(await read(session), world.clock.nowMs())).toBe('open');
      world.clock.advance(1);
      expect(statusAt(await read(session), world.clock.nowMs())).toBe('expired');
      expect(await refusal(pay(session, token))).toMatchObject({ code: 'checkout_session_expired' });
    });

    test('is written down by the sweep, with an event, and takes the session out of its sight (V9)', async () => {
      const [early, later] = [await open({ expires_in_minutes: 5 }), await open()];
      world.clock.advance(6 * MINUTE_MS);
      await run();
      expect(await read(early)).toMatchObject({ status: 'expired' });
      expect(await read(early)).not.toHaveProperty('open_shard');
      expect(await eventsOf(early)).toEqual(['checkout_session.created', 'checkout_session.expired']);
      expect(await read(later)).toEqual(later);
    });

    test.each([
      ['approves', CARD.lostResponse, 'paid'],
      ['never saw', CARD.timeout, 'expired'],
    ])(
      'that runs out during a payment which the processor %s leaves the session to its outcome',
      async (_how, number, status) => {
        const session = await open({ expires_in_minutes: 5 });
        const token = await card(number);
        world.clock.advance(5 * MINUTE_MS - 1_000);
        expect(await pay(session, token)).toMatchObject({ outcome: 'processing' });
        world.clock.advance(RESOLVE_AFTER_MS);
        await run();
        expect(await read(session)).toMatchObject({ status });
      },
    );
  });

  describe('a merchant', () => {
    test('takes an open session back, for good, as often as it asks', async () => {
      const session = await open();
      const token = await card();
      for (let time = 0; time < 2; time += 1) {
        expect(await cancelCheckout(world.deps, shop.secret, session.entry_id)).toMatchObject({
          status: 'canceled',
          canceled_because: 'merchant',
        });
      }
      expect(await refusal(pay(session, token))).toMatchObject({ code: 'checkout_session_canceled' });
      expect(await eventsOf(session)).toEqual(['checkout_session.created', 'checkout_session.canceled']);
    });

    test('cannot take back what is paid', async () => {
      const session = await open();
      await pay(session, await card());
      expect(await refusal(cancelCheckout(world.deps, shop.secret, session.entry_id))).toMatchObject({
        code: 'checkout_session_paid',
      });
    });

    test('and a shopper who act at once leave it canceled or paid, never both', async () => {
      const session = await open();
      const token = await card();
      await Promise.allSettled([pay(session, token), cancelCheckout(world.deps, shop.secret, session.entry_id)]);
      const { status } = await read(session);
      expect(['paid', 'canceled']).toContain(status);
      expect(await approvals(session)).toBe(status === 'paid' ? 1 : 0);
    });
  });

  describe('the link of a session, in the place of a publishable key,', () => {
    const asKey = (credential: string, wanted: 'publishable' | 'secret' = 'publishable') =>
      createCallers(world.deps, checkoutGuest(world.deps)).identify(`Bearer ${credential}`, wanted);

    test('acts for its merchant and mode while it can be paid', async () => {
      const { entry_id: id } = await open();
      expect(await asKey(id)).toEqual({ ...shop.publishable, apiKey: id });
    });

    test('is no key where it does not exist, and never a secret one', async () => {
      const { entry_id: id } = await open();
      expect(await refusal(asKey(`cs_${'q'.repeat(26)}`))).toMatchObject({ code: 'key_unknown' });
      expect(await refusal(asKey(id, 'secret'))).toMatchObject({ code: 'key_unknown' });
      expect(await refusal(createCallers(world.deps).identify(`Bearer ${id}`, 'publishable'))).toMatchObject({
        code: 'key_unknown',
      });
    });

    test('is worth nothing once it is paid, canceled or over', async () => {
      const [paid, canceled, expired] = [await open(), await open(), await open({ expires_in_minutes: 5 })];
      await pay(paid, await card());
      await cancelCheckout(world.deps, shop.secret, canceled.entry_id);
      world.clock.advance(5 * MINUTE_MS);
      expect(await refusal(asKey(paid.entry_id))).toMatchObject({ code: 'checkout_session_paid' });
      expect(await refusal(asKey(canceled.entry_id))).toMatchObject({ code: 'checkout_session_canceled' });
      expect(await refusal(asKey(expired.entry_id))).toMatchObject({ code: 'checkout_session_expired' });
    });
  });

  async function untilProcessing(session: CheckoutItem): Promise<void> {
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await read(session)).status === 'processing') return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the payment did not begin');
  }
});

test('every state is reached and left by the verbs that the table names, and by no other', () => {
  const reached = new Set<string>(['open', ...Object.values(TRANSITIONS).flatMap(({ to }) => to)]);
  expect([...reached].sort()).toEqual(['canceled', 'expired', 'open', 'paid', 'processing']);
  const left = new Set<string>(Object.values(TRANSITIONS).flatMap(({ from }) => from));
  expect([...left].sort()).toEqual(['open', 'processing']);
});

type Send = (command: Command) => Promise<unknown>;
interface Command {
  readonly constructor: { readonly name: string };
  readonly input: { readonly TableName?: string };
}

/** The same deps, with what they send to DynamoDB going through `rewire`. */
function rewired(deps: CdeDeps, rewire: (send: Send) => Send): CdeDeps {
  const { dynamodb } = deps;
  const send = rewire(dynamodb.send.bind(dynamodb) as unknown as Send);
  return { ...deps, dynamodb: Object.assign(Object.create(dynamodb) as typeof dynamodb, { send }) };
}

const isWrite = ({ constructor: { name } }: Command): boolean => /^(Put|Update)/.test(name);

/** Stops for good before its write number `writes`, from 0. */
function stopBefore(deps: CdeDeps, writes: number): CdeDeps {
  let made = 0;
  return rewired(deps, (send) => async (command) => {
    if (isWrite(command) && made++ >= writes) throw new Error('stopped');
    return send(command);
  });
}

/** Waits before its write number `writes`, from 0, until told to go on. */
function waitBefore(deps: CdeDeps, writes: number, until: Promise<void>): CdeDeps {
  let made = 0;
  return rewired(deps, (send) => async (command) => {
    if (isWrite(command) && made++ === writes) await until;
    return send(command);
  });
}

/** Does something else between reading the token and spending it. */
function spendFirst(deps: CdeDeps, act: () => Promise<unknown>): CdeDeps {
  let hasActed = false;
  return rewired(deps, (send) => async (command) => {
    if (isWrite(command) && command.input.TableName?.startsWith('Tokens-') && !hasActed) {
      hasActed = true;
      await act();
    }
    return send(command);
  });
}
