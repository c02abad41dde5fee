/** Charging by token and by stored card: one authorization, one response, and the card erased before anyone is asked. */
import { describe, expect, test } from '@jest/globals';
import { getItem } from '../../../shared/base/dynamo.ts';
import { TEST_CARDS } from '../../../shared/card/test-cards.ts';
import { RESOLVE_AFTER_MS } from '../../../shared/ledger/entry.ts';
import type { ChargeItem } from '../../../shared/payments/charges/charge.ts';
import { getCharge, listCharges } from '../../../shared/payments/charges/list.ts';
import { readCharge } from '../../../shared/payments/charges/store.ts';
import { DECLINES } from '../../../shared/payments/processors/declines.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { readToken, tokenHash } from '../../../shared/vault/tokens.ts';
import { changeCard, storeCard } from '../../../shared/vault/vault.ts';
import { CARD, charge, chargeCard, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { use } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = use(() => openWorld(engine));
  const shop = use(() => world.merchant());

  const booksOf = (reference: string) => getItem<SimulatorItem>(world.deps, 'Simulator', reference);
  const itemOf = async (id: string) => (await readCharge(world.deps, id)) as ChargeItem;

  describe('a token', () => {
    test('is charged and captured at once', async () => {
      const { id } = await tokenize(world, shop);
      const paid = await charge(world, shop, { source: id, description: 'Tenugui', metadata: { order: 'A-17' } });
      expect(paid).toMatchObject({
        object: 'charge',
        status: 'captured',
        amount: 4180,
        currency: 'JPY',
        amount_captured: 4180,
        amount_refunded: 0,
        card: { brand: 'visa', bin: '424242', last4: '4242' },
        source: { type: 'token', token_hash: tokenHash(id) },
        description: 'Tenugui',
        metadata: { order: 'A-17' },
        decline_code: null,
        failure_code: null,
      });
      expect(paid.processor.authorization_code).toMatch(/^\d{6}$/);
    });

    test('keeps metadata under names that every JavaScript object has a meaning for', async () => {
      const { id } = await tokenize(world, shop);
      const metadata = { constructor: 'Tatami & Co.', toString: 'text', hasOwnProperty: 'yes' };
      const paid = await charge(world, shop, { source: id, metadata } as Parameters<typeof charge>[2]);
      expect((await itemOf(paid.id)).metadata).toEqual(metadata);
    });

    test('waits for capture when asked to', async () => {
      const { id } = await tokenize(world, shop);
      expect(await charge(world, shop, { source: id, capture: false })).toMatchObject({
        status: 'authorized',
        amount_captured: 0,
      });
    });

    test('loses both ciphertexts in the write that spends it (V2)', async () => {
      const { id } = await tokenize(world, shop);
      const before = await readToken(world.deps, tokenHash(id));
      expect(before?.pan_ct?.length).toBeGreaterThan(0);
      expect(before?.cvc_ct?.length).toBeGreaterThan(0);
      const paid = await charge(world, shop, { source: id });
      const after = await readToken(world.deps, tokenHash(id));
      expect(after).toMatchObject({ spent_by: paid.id });
      expect(after).not.toHaveProperty('pan_ct');
      expect(after).not.toHaveProperty('cvc_ct');
    });

    test('is spent and erased before the processor is asked, even when the card is declined (V2)', async () => {
      const { id } = await tokenize(world, shop, CARD.declined);
      world.forget();
      await charge(world, shop, { source: id });
      const { calls } = world;
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeGreaterThan(-1);
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeLessThan(calls.indexOf('dynamodb:UpdateItem Simulator'));
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeLessThan(calls.indexOf('kms:Decrypt PanKey'));
      expect(calls.indexOf('dynamodb:UpdateItem Tokens')).toBeLessThan(calls.indexOf('kms:Decrypt CvcKey'));
      const erased = await readToken(world.deps, tokenHash(id));
      for (const ciphertext of ['pan_ct', 'cvc_ct']) expect(erased).not.toHaveProperty(ciphertext);
    });

    test('cannot be charged twice under two keys; the second learns who spent it (V4)', async () => {
      const { id } = await tokenize(world, shop);
      const paid = await charge(world, shop, { source: id });
      const second = charge(world, shop, { source: id });
      await expect(second).rejects.toMatchObject({
        code: 'token_spent',
        detail: { param: 'source', spentBy: paid.id },
      });
    });

    test('pays once under two hundred concurrent charges with two hundred keys (V4, V8)', async () => {
      const { id } = await tokenize(world, shop);
      const responses = await Promise.allSettled(
        Array.from({ length: 200 }, () => charge(world, shop, { source: id })),
      );
      const paid = responses.filter((response) => response.status === 'fulfilled');
      const refused = responses.flatMap((response) => (response.status === 'rejected' ? [response.reason.code] : []));
      expect(paid).toHaveLength(1);
      expect(new Set(refused)).toEqual(new Set(['token_spent']));
      const books = await Promise.all(
        responses.map((response) =>
          booksOf(response.status === 'fulfilled' ? response.value.id : response.reason.detail.charge),
        ),
      );
      const sent = books.reduce((sum, book) => sum + (book?.authorizations_received ?? 0), 0);
      expect(sent).toBe(1);
    });

    test('pays once under fifty concurrent charges with the same key (V6)', async () => {
      const { id } = await tokenize(world, shop);
      const key = newKey();
      const responses = await Promise.all(Array.from({ length: 50 }, () => charge(world, shop, { source: id }, key)));
      expect(new Set(responses.map((response) => response.id)).size).toBe(1);
      const [first] = responses;
      expect((await booksOf(first?.id ?? ''))?.authorizations_received).toBe(1);
      expect(await charge(world, shop, { source: id }, key)).toMatchObject({ status: 'captured' });
    });

    test('of another merchant is refused, and stays usable for its own (V10)', async () => {
      const other = await world.merchant();
      const { id } = await tokenize(world, shop);
      expect(await refusal(charge(world, other, { source: id }))).toEqual({ code: 'token_foreign', param: 'source' });
      expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
    });

    test('that does not exist is refused', async () => {
      const source = `tok_${'a'.repeat(26)}`;
      expect(await refusal(charge(world, shop, { source }))).toEqual({ code: 'token_not_found', param: 'source' });
    });

    test('is refused once expired, to the millisecond', async () => {
      const early = await tokenize(world, shop);
      const late = await tokenize(world, shop);
      world.clock.advance(15 * 60_000 - 1);
      expect(await charge(world, shop, { source: early.id })).toMatchObject({ status: 'captured' });
      world.clock.advance(1);
      expect(await refusal(charge(world, shop, { source: late.id }))).toEqual({
        code: 'token_expired',
        param: 'source',
      });
    });
  });

  describe('the same idempotency key', () => {
    test('with the same request gives the same response and asks the processor once (V6)', async () => {
      const { id } = await tokenize(world, shop);
      const key = newKey();
      const first = await charge(world, shop, { source: id, metadata: { a: '1', b: '2' } }, key);
      const again = await charge(world, shop, { source: id, metadata: { b: '2', a: '1' } }, key);
      expect(again).toEqual(first);
      expect((await booksOf(first.id))?.authorizations_received).toBe(1);
    });

    test.each([
      ['amount', { amount: 4181 }],
      ['currency', { currency: 'USD' }],
      ['capture', { capture: false }],
      ['save_card', { save_card: true }],
      ['description', { description: 'another' }],
      ['metadata', { metadata: { order: 'other' } }],
    ])('with another %s is refused, naming it (V6)', async (param, other) => {
      const { id } = await tokenize(world, shop);
      const key = newKey();
      await charge(world, shop, { source: id }, key);
      const second = charge(world, shop, { source: id, ...other }, key);
      expect(await refusal(second)).toEqual({ code: 'idempotency_conflict', param });
    });

    test('with another source is refused, and the other token stays usable', async () => {
      const [one, two] = [await tokenize(world, shop), await tokenize(world, shop)];
      const key = newKey();
      await charge(world, shop, { source: one.id }, key);
      expect(await refusal(charge(world, shop, { source: two.id }, key))).toEqual({
        code: 'idempotency_conflict',
        param: 'source',
      });
      expect(await charge(world, shop, { source: two.id })).toMatchObject({ status: 'captured' });
    });

    test('after a refused source gives the same refusal (V6)', async () => {
      const { id } = await tokenize(world, shop);
      const paid = await charge(world, shop, { source: id });
      const key = newKey();
      const wanted = { code: 'token_spent', detail: { param: 'source', spentBy: paid.id } };
      await expect(charge(world, shop, { source: id }, key)).rejects.toMatchObject(wanted);
      await expect(charge(world, shop, { source: id }, key)).rejects.toMatchObject(wanted);
    });

    test('of another merchant is another key', async () => {
      const other = await world.merchant();
      const key = newKey();
      const [mine, theirs] = [await tokenize(world, shop), await tokenize(world, other)];
      const first = await charge(world, shop, { source: mine.id }, key);
      const second = await charge(world, other, { source: theirs.id }, key);
      expect(second.id).not.toBe(first.id);
    });
  });

  describe('the simulator', () => {
    const declining = Object.entries(TEST_CARDS).filter(([, outcome]) => outcome in DECLINES);

    test('has a test card for every decline code', () => {
      expect(new Set(declining.map(([, outcome]) => outcome))).toEqual(new Set(Object.keys(DECLINES)));
    });

    test.each(declining)('declines %s with %s', async (number, code) => {
      expect(await chargeCard(world, shop, number)).toMatchObject({
        status: 'declined',
        decline_code: code,
        amount_captured: 0,
        card: { last4: number.slice(-4) },
      });
    });

    test('times out: the charge stays open, then fails without money having moved (V8)', async () => {
      const { id } = await tokenize(world, shop, CARD.timeout);
      const key = newKey();
      const open = await charge(world, shop, { source: id }, key);
      expect(open).toMatchObject({ status: 'processing' });
      expect(await charge(world, shop, { source: id }, key)).toMatchObject({ status: 'processing' });
      world.clock.advance(RESOLVE_AFTER_MS);
      const resolved = await charge(world, shop, { source: id }, key);
      expect(resolved).toMatchObject({ status: 'failed', failure_code: 'processor_timeout', amount_captured: 0 });
      expect(await booksOf(open.id)).toMatchObject({ outcome: 'canceled' });
    });

    test('loses its response: the charge is found by lookup and never sent again (V8)', async () => {
      const { id } = await tokenize(world, shop, CARD.lostResponse);
      const key = newKey();
      const open = await charge(world, shop, { source: id }, key);
      expect(open).toMatchObject({ status: 'processing' });
      world.clock.advance(RESOLVE_AFTER_MS);
      expect(await charge(world, shop, { source: id }, key)).toMatchObject({
        status: 'captured',
        amount_captured: 4180,
      });
      expect((await booksOf(open.id))?.authorizations_received).toBe(1);
    });
  });

  describe('a stored card', () => {
    const stored = async (number?: string) => {
      const { id } = await tokenize(world, shop, number);
      return storeCard(world.deps, shop.secret, id);
    };

    test('is charged again and again', async () => {
      const card = await stored();
      expect(await charge(world, shop, { source: card.id })).toMatchObject({ status: 'captured' });
      expect(await charge(world, shop, { source: card.id })).toMatchObject({
        status: 'captured',
        source: { type: 'card', id: card.id },
      });
    });

    test('refuses while locked, with its own code, and pays again once unlocked', async () => {
      const card = await stored();
      await changeCard(world.deps, shop.secret, card.id, 'lock');
      expect(await refusal(charge(world, shop, { source: card.id }))).toEqual({ code: 'card_locked', param: 'source' });
      await changeCard(world.deps, shop.secret, card.id, 'unlock');
      expect(await charge(world, shop, { source: card.id })).toMatchObject({ status: 'captured' });
    });

    test('refuses once deleted', async () => {
      const card = await stored();
      await changeCard(world.deps, shop.secret, card.id, 'delete');
      expect(await refusal(charge(world, shop, { source: card.id }))).toEqual({
        code: 'card_deleted',
        param: 'source',
      });
    });

    test('of another merchant looks as if it did not exist (V10)', async () => {
      const card = await stored();
      const other = await world.merchant();
      expect(await refusal(charge(world, other, { source: card.id }))).toEqual({
        code: 'card_not_found',
        param: 'source',
      });
    });

    test('is saved by a charge that asks for it, and can be charged', async () => {
      const paid = await chargeCard(world, shop, CARD.approve, { save_card: true });
      expect(paid.saved_card).toMatch(/^card_/);
      expect(await charge(world, shop, { source: paid.saved_card ?? '' })).toMatchObject({ status: 'captured' });
    });

    test('is not saved by a charge that is declined', async () => {
      const declined = await chargeCard(world, shop, CARD.declined, { save_card: true });
      expect(declined).toMatchObject({ status: 'declined', saved_card: null });
    });

    test('cannot be saved from a stored card', async () => {
      const card = await stored();
      const again = charge(world, shop, { source: card.id, save_card: true });
      expect(await refusal(again)).toEqual({ code: 'invalid_field', param: 'save_card' });
    });
  });

  describe('the record of a charge', () => {
    test('names each decryption by its AWS request id, as CloudTrail does (V5)', async () => {
      const paid = await chargeCard(world, shop, CARD.approve);
      const { decryptions = [], merchant_id: merchant, source_record: record } = await itemOf(paid.id);
      expect(decryptions.map(({ key }) => key)).toEqual(['PanKey', 'CvcKey']);
      expect(new Set(decryptions.map(({ request_id: id }) => id)).size).toBe(2);
      const decrypts = world.events.filter((event) => event.eventName === 'Decrypt').slice(-2);
      for (const { requestParameters } of decrypts) {
        expect(requestParameters).toMatchObject({ encryptionContext: { merchant, record } });
      }
    });

    test('gets its event in the write that changes its state (V9)', async () => {
      const paid = await chargeCard(world, shop, CARD.approve);
      const { events } = await itemOf(paid.id);
      expect(events.map(({ type }) => type)).toEqual(['charge.created', 'charge.captured']);
      expect(new Set(events.map(({ id }) => id)).size).toBe(2);
    });

    test('is read by its merchant and by no other (V10)', async () => {
      const paid = await chargeCard(world, shop, CARD.approve);
      const other = await world.merchant();
      expect(await getCharge(world.deps, shop.secret, paid.id)).toEqual(paid);
      expect(await refusal(getCharge(world.deps, other.secret, paid.id))).toEqual({
        code: 'charge_not_found',
        param: 'charge_id',
      });
    });

    test('is listed newest first, page by page, each once', async () => {
      const lister = await world.merchant();
      const made: string[] = [];
      for (let count = 0; count < 7; count += 1) {
        world.clock.advance(1_000);
        made.unshift((await chargeCard(world, lister, CARD.approve)).id);
      }
      const listed: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listCharges(world.deps, lister.secret, { limit: '3', cursor });
        expect(page.data.length).toBeLessThanOrEqual(3);
        listed.push(...page.data.map(({ id }) => id));
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined && listed.length < 20);
      expect(listed).toEqual(made);
    });

    test.each([['0'], ['101'], ['ten'], ['1.5'], ['-1']])('is not listed with the limit %s', async (limit) => {
      expect(await refusal(listCharges(world.deps, shop.secret, { limit }))).toEqual({
        code: 'limit_invalid',
        param: 'limit',
      });
    });

    test.each([['x'], ['bm90IG91cnM'], ['a'.repeat(300)]])(
      'is not listed from a cursor that is not ours',
      async (cursor) => {
        expect(await refusal(listCharges(world.deps, shop.secret, { cursor }))).toEqual({
          code: 'cursor_invalid',
          param: 'cursor',
        });
      },
    );
  });
});
