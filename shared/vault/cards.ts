/**
 * Stored cards and their table: a PAN ciphertext under the card's own record, never a CVC (V2). A locked card refuses
 * charges until it is unlocked. Deleting removes the ciphertext and leaves a tombstone, so that repeating the request
 * that stored the card does not restore it.
 */
import type { Deps } from '../base/deps.ts';
import { change, getItem, putNew } from '../base/dynamo.ts';
import { VaultError } from '../base/errors.ts';
import { derivedId, isId, shardOf } from '../base/ids.ts';
import { SHARDS } from '../base/tables.ts';
import type { CardFacts } from './card-facts.ts';
import type { SealedPan } from './cipher.ts';

type CardStatus = 'active' | 'locked' | 'deleted';

export interface CardItem extends CardFacts {
  readonly card_id: string;
  readonly owner: string;
  readonly status: CardStatus;
  readonly created_at_ms: number;
  /** Absent once deleted, with the two names of its key. */
  readonly pan_ct?: Uint8Array;
  /** Id of the PAN key that `pan_ct` was made under. */
  readonly pan_key?: string;
  /** The key with a shard: partition of the index that finds the cards of a key. */
  readonly pan_key_shard?: string;
  /** AWS request id of the ReEncrypt that moved the PAN here. */
  readonly store_request_id: string;
  readonly changed_at_ms?: number;
  /** The network's id of the payment that saved the card, in which the shopper agreed to later ones. */
  readonly network_transaction_id?: string;
}

/** The states that a verb starts from, and the state it ends in; others are refused. */
const CARD_TRANSITIONS = {
  lock: { from: ['active', 'locked'], to: 'locked' },
  unlock: { from: ['active', 'locked'], to: 'active' },
  delete: { from: ['active', 'locked', 'deleted'], to: 'deleted' },
} as const satisfies Record<string, { from: readonly CardStatus[]; to: CardStatus }>;

export type CardVerb = keyof typeof CARD_TRANSITIONS;

/** One token, or one charge that saves its card, makes one card: storing it again derives the same id. */
export const cardIdFor = (owner: string, origin: string): string => derivedId('card', owner, origin);

/** Null also for text that cannot be a card id, because DynamoDB fails on keys of more than 2048 bytes. */
export const readCardItem = async (deps: Deps, id: string): Promise<CardItem | null> =>
  isId('card', id) ? getItem(deps, 'Cards', id) : null;

/** Takes a card's id for good with a deleted card that never existed; false where a card has the id. */
export const putTombstone = (deps: Deps, cardId: string, owner: string): Promise<boolean> =>
  putNew(deps, 'Cards', { card_id: cardId, owner, status: 'deleted', created_at_ms: deps.clock.nowMs() });

export const putCard = (deps: Deps, item: CardItem): Promise<boolean> => putNew(deps, 'Cards', item);

/** Splits `mer_…/test`, because an encryption context names the merchant alone. */
export function ownerParts({ owner }: Pick<CardItem, 'owner'>): { readonly merchant: string; readonly mode: string } {
  const [merchant = '', mode = ''] = owner.split('/');
  return { merchant, mode };
}

/** The attributes under which a card keeps its ciphertext. */
export const sealedUnder = (cardId: string, { ciphertext, keyId }: SealedPan) => ({
  pan_ct: ciphertext,
  pan_key: keyId,
  pan_key_shard: panKeyShard(keyId, shardOf(cardId, SHARDS.by_pan_key)),
});

export const panKeyShard = (keyId: string, shard: number): string => `${keyId}#${shard}`;

/** Null for a deleted card. */
export const sealedPanOf = ({ pan_ct: ciphertext, pan_key: keyId }: CardItem): SealedPan | null =>
  ciphertext === undefined || keyId === undefined ? null : { ciphertext, keyId };

/** Throws `card_deleted`, or `card_not_found`, which does not tell whether another merchant has such a card (V10). */
export function availableCard(card: CardItem | null, owner: string, param: string): CardItem {
  if (card === null || card.owner !== owner) throw new VaultError('card_not_found', { param });
  if (card.status === 'deleted') throw new VaultError('card_deleted', { param });
  return card;
}

/** Moves the card as CARD_TRANSITIONS says; throws `card_not_found` or `card_deleted`. */
export async function moveCard(deps: Deps, id: string, owner: string, verb: CardVerb): Promise<CardItem> {
  if (!isId('card', id)) throw new VaultError('card_not_found', { param: 'card_id' });
  const { from, to } = CARD_TRANSITIONS[verb];
  const allowed = Object.fromEntries(from.map((status, index) => [`:from${index}`, status]));
  const moved = await change<CardItem>(deps, 'Cards', id, {
    update: `SET #status = :to, changed_at_ms = :now${verb === 'delete' ? ' REMOVE pan_ct, pan_key, pan_key_shard' : ''}`,
    condition: `#owner = :owner AND #status IN (${Object.keys(allowed).join(', ')})`,
    names: { '#status': 'status', '#owner': 'owner' },
    values: { ':to': to, ':now': deps.clock.nowMs(), ':owner': owner, ...allowed },
  });
  if (moved !== null) return moved;
  // Every other state allows every verb, so another request has just changed the card.
  availableCard(await readCardItem(deps, id), owner, 'card_id');
  throw new VaultError('busy');
}
