/**
 * Moves stored cards from the former PAN key to the current one (PCI DSS 4.0.1 3.7.4, 3.7.5), a batch a run. KMS
 * re-encrypts each ciphertext under the same context, so no card is decrypted and charging continues throughout.
 *
 *   by_pan_key: former#shard ──► ReEncrypt ──► put back if the ciphertext is still the one that was read ──► PanKey#shard
 *
 * The index lists the remaining cards, so a run may stop anywhere and the next one continues. One-time tokens are not
 * moved: they are spent or erased within the hour.
 */
import type { Deps } from '../base/deps.ts';
import { change, countIndex, queryIndex } from '../base/dynamo.ts';
import { countUntil } from '../base/parallel.ts';
import { SHARDS } from '../base/tables.ts';
import { ownerParts, panKeyShard, readCardItem, sealedPanOf, sealedUnder } from './cards.ts';
import { keyIdOf, moveCiphertext } from './cipher.ts';

/** Per shard and run: eight shards of 250 are 2,000 cards a minute, a small part of the quota of KMS. */
const CARDS_PER_SHARD_MAX = 250;
const AT_ONCE = 10;

export interface MoveReport {
  readonly moved: number;
  /**
   * Cards that this run read and did not move: out of time, changed meanwhile, or failed. The next run retries them.
   */
  readonly left: number;
}

/** One run; starts no new work after `deadlineMs`. The failure of one card does not stop the others. */
export async function moveCards(deps: Deps, deadlineMs: number): Promise<MoveReport> {
  const shards = await Promise.all(
    Array.from({ length: SHARDS.by_pan_key }, (_, shard) => cardsUnder(deps, shard, CARDS_PER_SHARD_MAX)),
  );
  const cardIds = shards.flat();
  const moved = await countUntil({ clock: deps.clock, deadlineMs, atOnce: AT_ONCE }, cardIds, (id) =>
    moveCard(deps, id),
  );
  return { moved, left: cardIds.length - moved };
}

async function cardsUnder(deps: Deps, shard: number, limit: number): Promise<string[]> {
  const partition = panKeyShard(keyIdOf(deps, 'FormerPanKey'), shard);
  const page = await queryIndex(deps, 'Cards', 'by_pan_key', { partition: ['pan_key_shard', partition], limit });
  return page.keys.map((key) => String(key.card_id));
}

/** Counts the stored cards of a key, in the index alone. */
export async function cardCount(deps: Deps, key: 'PanKey' | 'FormerPanKey'): Promise<number> {
  const counts = await Promise.all(
    Array.from({ length: SHARDS.by_pan_key }, (_, shard) =>
      countIndex(deps, 'Cards', 'by_pan_key', ['pan_key_shard', panKeyShard(keyIdOf(deps, key), shard)]),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** True once the card is under the current key, or deleted. */
async function moveCard(deps: Deps, cardId: string): Promise<boolean> {
  const card = await readCardItem(deps, cardId);
  const sealed = card && sealedPanOf(card);
  if (!sealed || sealed.keyId === keyIdOf(deps, 'PanKey')) return true;
  const place = { merchant: ownerParts(card).merchant, record: cardId };
  const { value } = await moveCiphertext(deps, sealed, place, place);
  const attributes = sealedUnder(cardId, value);
  const done = await change(deps, 'Cards', cardId, {
    update: 'SET pan_ct = :pan_ct, pan_key = :pan_key, pan_key_shard = :pan_key_shard',
    // A card deleted or moved meanwhile must not get its old ciphertext back.
    condition: 'pan_ct = :old',
    values: {
      ':pan_ct': attributes.pan_ct,
      ':pan_key': attributes.pan_key,
      ':pan_key_shard': attributes.pan_key_shard,
      ':old': sealed.ciphertext,
    },
  });
  return done !== null;
}
