/**
 * The card that a charge with `save_card` stores. It is put between the processor's approval and the write that ends
 * the charge, so a stop in between leaves a card that no charge names. Its id is derived from the charge: whoever
 * resolves without having put the card claims the id first, so that the charge names the card that is there, or none can
 * come any more.
 *
 *   request  ── approved ── put card ─ stops                   resolution: finds the card, names it
 *   request  ── approved ── freezes ────── put: refused        resolution: finds none, puts a tombstone
 */
import type { Deps } from '../../base/deps.ts';
import type { Caller } from '../../merchants/merchant.ts';
import { type CardItem, cardIdFor, putTombstone, readCardItem } from '../../vault/cards.ts';
import type { OpenedSource } from '../../vault/source.ts';
import { storePan } from '../../vault/vault.ts';
import type { Approval } from '../processors/processor.ts';
import type { ChargeItem } from './charge.ts';

type Saved = Pick<ChargeItem, 'saved_card' | 'store_request_id'>;

/** Stores the card of an approved charge. A failed store leaves the charge as it is, without a saved card. */
export async function saveCard(
  deps: Deps,
  caller: Caller,
  charge: ChargeItem,
  { token }: OpenedSource,
  { networkTransactionId }: Approval,
): Promise<Saved> {
  if (!charge.save_card || token === undefined) return {};
  const { pan, item } = token;
  const from = networkTransactionId === null ? {} : { network_transaction_id: networkTransactionId };
  return storePan(deps, caller, pan, { ...item, ...from }, savedCardId(charge)).then(namesOf, () =>
    claimSavedCard(deps, charge),
  );
}

/** What a charge that is resolved without its request says of its card. */
export async function claimSavedCard(deps: Deps, charge: ChargeItem): Promise<Saved> {
  if (!charge.save_card) return {};
  const cardId = savedCardId(charge);
  const before = await readCardItem(deps, cardId);
  if (before === null && (await putTombstone(deps, cardId, charge.owner))) return {};
  const card = before ?? (await readCardItem(deps, cardId));
  return card === null ? {} : namesOf(card);
}

const savedCardId = (charge: ChargeItem): string => cardIdFor(charge.owner, charge.entry_id);

const namesOf = (card: CardItem): Saved =>
  card.status === 'deleted' ? {} : { saved_card: card.card_id, store_request_id: card.store_request_id };
