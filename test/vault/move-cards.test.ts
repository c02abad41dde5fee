/** Moving stored cards to a new PAN key: every card arrives, none comes into the clear, and any run may stop anywhere. */
import { describe, expect, test } from '@jest/globals';
import { queryIndex } from '../../shared/base/dynamo.ts';
import { SHARDS } from '../../shared/base/tables.ts';
import { type CardItem, panKeyShard, putCard, readCardItem, sealedPanOf } from '../../shared/vault/cards.ts';
import { type CdeDeps, keyIdOf, openPan } from '../../shared/vault/cipher.ts';
import { moveCards } from '../../shared/vault/move-cards.ts';
import { changeCard, storeCard } from '../../shared/vault/vault.ts';
import { CARD, charge, tokenize } from '../setup/cards.ts';
import { ENGINES } from '../setup/engines.ts';
import { useInEach } from '../setup/use.ts';
import { openWorld, type World } from '../setup/world.ts';

describe.each(ENGINES)('on $name', (engine) => {
  const world = useInEach(() => openWorld(engine));
  const shop = useInEach(() => world.merchant());
  /** The vault as it was before the new key: what is PanKey now was not there, what is FormerPanKey now was PanKey. */
  const before = useInEach((): CdeDeps => {
    const { deps } = world;
    return { ...deps, key: (name) => deps.key(name === 'PanKey' ? 'FormerPanKey' : name) };
  });

  const later = () => world.clock.nowMs() + 60_000;
  const stored = async (number?: string): Promise<string> => {
    const old: World = { ...world, deps: before };
    return (await storeCard(before, shop.secret, (await tokenize(old, shop, number)).id)).id;
  };
  const itemOf = async (id: string) => (await readCardItem(world.deps, id)) as CardItem;
  async function cardsUnder(key: 'PanKey' | 'FormerPanKey'): Promise<string[]> {
    const pages = await Promise.all(
      Array.from({ length: SHARDS.by_pan_key }, (_, shard) =>
        queryIndex(world.deps, 'Cards', 'by_pan_key', {
          partition: ['pan_key_shard', panKeyShard(keyIdOf(world.deps, key), shard)],
          limit: 100,
        }),
      ),
    );
    return pages.flatMap(({ keys }) => keys.map((item) => String(item.card_id))).toSorted();
  }

  test('every card arrives under the new key by re-encryption alone, and opens there', async () => {
    const ids = [await stored(CARD.approve), await stored(CARD.amex), await stored(CARD.approve)].toSorted();
    expect(await cardsUnder('FormerPanKey')).toEqual(ids);
    world.forget();
    expect(await moveCards(world.deps, later())).toEqual({ moved: 3, left: 0 });
    expect(world.calls.filter((call) => call.startsWith('kms:')).toSorted()).toEqual(
      Array.from({ length: 3 }, () => 'kms:ReEncrypt FormerPanKey'),
    );
    expect(await cardsUnder('FormerPanKey')).toEqual([]);
    expect(await cardsUnder('PanKey')).toEqual(ids);
    const item = await itemOf(ids[0] ?? '');
    const place = { merchant: shop.secret.merchantId, record: item.card_id };
    const opened = await openPan(world.deps, sealedPanOf(item) ?? { ciphertext: new Uint8Array(), keyId: '' }, place);
    expect(opened.value.last4).toBe(item.last4);
  });

  test('a card is charged before its move, and after it', async () => {
    const id = await stored();
    expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
    await moveCards(world.deps, later());
    expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
  });

  test('a token made under the former key is stored under the new one', async () => {
    const { id } = await tokenize({ ...world, deps: before }, shop);
    const card = await storeCard(world.deps, shop.secret, id);
    expect((await itemOf(card.id)).pan_key).toBe(keyIdOf(world.deps, 'PanKey'));
    expect(await charge(world, shop, { source: card.id })).toMatchObject({ status: 'captured' });
  });

  test('a run without time moves nothing, and the next one finds all that is left', async () => {
    const ids = [await stored(), await stored()].toSorted();
    expect(await moveCards(world.deps, world.clock.nowMs())).toEqual({ moved: 0, left: 2 });
    expect(await cardsUnder('FormerPanKey')).toEqual(ids);
    expect(await moveCards(world.deps, later())).toEqual({ moved: 2, left: 0 });
    expect(await moveCards(world.deps, later())).toEqual({ moved: 0, left: 0 });
  });

  test('two runs at once move each card once', async () => {
    const id = await stored();
    await Promise.all([moveCards(world.deps, later()), moveCards(world.deps, later())]);
    expect(await cardsUnder('FormerPanKey')).toEqual([]);
    expect(await charge(world, shop, { source: id })).toMatchObject({ status: 'captured' });
  });

  test('a card that is deleted while it moves does not get its ciphertext back', async () => {
    const id = await stored();
    const { deps } = world;
    const send: typeof deps.kms.send = deps.kms.send.bind(deps.kms);
    const kms = Object.assign(Object.create(deps.kms) as typeof deps.kms, {
      async send(command: Parameters<typeof send>[0]) {
        const response = await send(command);
        await changeCard(deps, shop.secret, id, 'delete');
        return response;
      },
    });
    expect(await moveCards({ ...deps, kms }, later())).toEqual({ moved: 0, left: 1 });
    expect(await itemOf(id)).toMatchObject({ status: 'deleted' });
    expect(Object.keys(await itemOf(id))).not.toEqual(expect.arrayContaining(['pan_ct']));
    expect(await cardsUnder('FormerPanKey')).toEqual([]);
  });

  test('a ciphertext laid under another merchant’s card does not move (V10)', async () => {
    const other = await world.merchant();
    const id = await stored();
    const item = await itemOf(id);
    const moved = { ...item, card_id: `card_${'a'.repeat(26)}`, owner: other.secret.owner };
    await putCard(world.deps, moved);
    expect(await moveCards(world.deps, later())).toEqual({ moved: 1, left: 1 });
    expect((await itemOf(moved.card_id)).pan_key).toBe(keyIdOf(world.deps, 'FormerPanKey'));
  });
});
