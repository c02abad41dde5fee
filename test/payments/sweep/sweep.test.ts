/** The sweep erases expired tokens by explicit writes, and resolves unfinished entries. */
import { describe, expect, test } from '@jest/globals';
import { getItem } from '../../../shared/base/dynamo.ts';
import { parse } from '../../../shared/base/parse.ts';
import type { TableName } from '../../../shared/base/tables.ts';
import { RESOLVE_AFTER_MS } from '../../../shared/ledger/entry.ts';
import { ChargeRequest, createCharge } from '../../../shared/payments/charges/create.ts';
import { beginOperation, readCharge } from '../../../shared/payments/charges/store.ts';
import type { SimulatorItem } from '../../../shared/payments/processors/simulator.ts';
import { sweep } from '../../../shared/payments/sweep/sweep.ts';
import { cardIdFor, readCardItem } from '../../../shared/vault/cards.ts';
import { readToken, tokenHash } from '../../../shared/vault/tokens.ts';
import { getToken } from '../../../shared/vault/vault.ts';
import { CARD, charge, chargeCard, newKey, refusal, tokenize } from '../../setup/cards.ts';
import { ENGINES } from '../../setup/engines.ts';
import { useInEach } from '../../setup/use.ts';
import { openWorld } from '../../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = useInEach(() => openWorld(engine));
  const shop = useInEach(() => world.merchant());

  const run = (forMs = 60_000) => sweep(world.deps, world.clock.nowMs() + forMs);
  const booksOf = (reference: string) => getItem<SimulatorItem>(world.deps, 'Simulator', reference);

  describe('a charge that was to save its card', () => {
    const cardOf = ({ id }: { id: string }) => readCardItem(world.deps, cardIdFor(shop.secret.owner, id));

    test('and stopped before it was ended names the card that it had put (V8)', async () => {
      const { dynamodb } = world.deps;
      const stopping = Object.create(dynamodb) as typeof dynamodb;
      stopping.send = (async (command: { constructor: { name: string }; input: { TableName: string } }) => {
        const isResolving = /^Update/.test(command.constructor.name) && command.input.TableName.startsWith('Ledger-');
        if (isResolving) throw new Error('stopped');
        return dynamodb.send(command as never);
      }) as typeof dynamodb.send;
      const { id: source } = await tokenize(world, shop);
      const wanted = { source, amount: 4180, currency: 'JPY', save_card: true };
      const key = newKey();
      const stopped = createCharge(
        { ...world.deps, dynamodb: stopping },
        shop.secret,
        parse(ChargeRequest, wanted),
        key,
      );
      await expect(stopped).rejects.toThrow('stopped');
      world.clock.advance(RESOLVE_AFTER_MS);
      await run();
      const resolved = await charge(world, shop, wanted, key);
      expect(resolved).toMatchObject({ status: 'captured', saved_card: (await cardOf(resolved))?.card_id });
      const again = await charge(world, shop, { source: String(resolved.saved_card) });
      expect(again.status).toBe('captured');
    });

    test('and had not put it yet saves none, and none can come later', async () => {
      const lost = await chargeCard(world, shop, CARD.lostResponse, { save_card: true });
      expect(lost.status).toBe('processing');
      world.clock.advance(RESOLVE_AFTER_MS);
      await run();
      expect(await readCharge(world.deps, lost.id)).toMatchObject({ status: 'captured' });
      expect(await readCharge(world.deps, lost.id)).not.toHaveProperty('saved_card');
      expect(await cardOf(lost)).toMatchObject({ status: 'deleted' });
    });
  });

  test('an expired token loses both ciphertexts by an explicit write, and says expired (V2)', async () => {
    const { id } = await tokenize(world, shop);
    world.clock.advance(15 * 60_000);
    world.forget();
    expect(await run()).toMatchObject({ erasedTokens: 1, left: 0 });
    expect(world.calls.filter((call) => call === 'dynamodb:UpdateItem Tokens')).toHaveLength(1);
    const item = await readToken(world.deps, tokenHash(id));
    expect(item).toMatchObject({ erased_at_ms: world.clock.nowMs() });
    expect(item).not.toHaveProperty('pan_ct');
    expect(item).not.toHaveProperty('cvc_ct');
    expect(await getToken(world.deps, shop.secret, id)).toMatchObject({ status: 'expired' });
    expect((await refusal(charge(world, shop, { source: id }))).code).toBe('token_expired');
  });

  test('a token that has not expired is left alone, to the millisecond', async () => {
    const { id } = await tokenize(world, shop);
    world.clock.advance(15 * 60_000 - 1);
    expect(await run()).toMatchObject({ erasedTokens: 0 });
    expect(await readToken(world.deps, tokenHash(id))).toHaveProperty('pan_ct');
    world.clock.advance(1);
    expect(await run()).toMatchObject({ erasedTokens: 1 });
  });

  test('a spent token is not touched again', async () => {
    const { id } = await tokenize(world, shop);
    await charge(world, shop, { source: id });
    const before = await readToken(world.deps, tokenHash(id));
    world.clock.advance(60 * 60_000);
    expect(await run()).toMatchObject({ erasedTokens: 0 });
    expect(await readToken(world.deps, tokenHash(id))).toEqual(before);
  });

  test('a charge with a lost response is found at the processor and finished, sent once (V8)', async () => {
    const { id } = await chargeCard(world, shop, CARD.lostResponse);
    world.clock.advance(RESOLVE_AFTER_MS);
    expect(await run()).toMatchObject({ resolvedEntries: 1, left: 0 });
    expect(await readCharge(world.deps, id)).toMatchObject({ status: 'captured', captured_minor: 4180 });
    expect((await booksOf(id))?.authorizations_received).toBe(1);
    expect(await run()).toMatchObject({ resolvedEntries: 0 });
  });

  test('a charge the processor never saw is canceled there first, then fails (V8)', async () => {
    const { id } = await chargeCard(world, shop, CARD.timeout);
    world.clock.advance(RESOLVE_AFTER_MS);
    expect(await run()).toMatchObject({ resolvedEntries: 1 });
    expect(await readCharge(world.deps, id)).toMatchObject({ status: 'failed', failure_code: 'processor_timeout' });
    expect(await booksOf(id)).toMatchObject({ outcome: 'canceled' });
  });

  test('a charge that may still be on its way is left alone', async () => {
    const { id } = await chargeCard(world, shop, CARD.lostResponse);
    // The lost response itself took two seconds of this clock.
    world.clock.advance(RESOLVE_AFTER_MS - 2_001);
    expect(await run()).toMatchObject({ resolvedEntries: 0 });
    expect(await readCharge(world.deps, id)).toMatchObject({ status: 'processing' });
  });

  test('a refund that stopped halfway is finished under its own id (V8)', async () => {
    const { id } = await chargeCard(world, shop, CARD.approve);
    const operation = {
      id: `re_${'b'.repeat(26)}`,
      kind: 'refund',
      amount_minor: 180,
      status: 'processing',
      created_at_ms: world.clock.nowMs(),
    } as const;
    await beginOperation(world.deps, id, operation);
    world.clock.advance(RESOLVE_AFTER_MS);
    // The charge left open by the test above is old enough by now, too.
    await run();
    expect(await readCharge(world.deps, id)).toMatchObject({ status: 'partially_refunded', refunded_minor: 180 });
    expect((await booksOf(id))?.refunded_minor).toBe(180);
  });

  test('a charge stays open while its processor does not respond, and the run says for how long', async () => {
    const { id } = await chargeCard(world, shop, CARD.lostResponse);
    const silent = {
      ...world.deps,
      table: (name: TableName) => (name === 'Simulator' ? 'gone' : world.deps.table(name)),
    };
    world.clock.advance(20 * 60_000);
    const openMs = world.clock.nowMs() - ((await readCharge(world.deps, id))?.open_since_ms ?? 0);
    const swept = await sweep(silent, world.clock.nowMs() + 60_000);
    expect(swept).toMatchObject({ resolvedEntries: 0, left: 1, unresolvedSeconds: openMs / 1_000 });
    expect(await run()).toMatchObject({ resolvedEntries: 1, unresolvedSeconds: 0 });
    expect(await readCharge(world.deps, id)).toMatchObject({ status: 'captured' });
  });

  test('more than one run’s work is worked off over several, and the deadline is kept', async () => {
    for (let count = 0; count < 12; count += 1) await tokenize(world, shop);
    world.clock.advance(15 * 60_000);
    world.clock.advance(90_000);
    // Says since when the oldest is due: what the alarm tokens-overdue watches.
    expect(await run(0)).toMatchObject({ erasedTokens: 0, left: 12, tokensOverdueSeconds: 90 });
    expect(await run()).toMatchObject({ erasedTokens: 12, left: 0, tokensOverdueSeconds: 0 });
  });
});
