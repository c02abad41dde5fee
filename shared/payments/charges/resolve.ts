/**
 * Resolves a charge that its request left unresolved, without the card: by asking the processor for the outcome under the
 * charge id. A charge that the processor has never seen, or cannot be asked about, is reversed: marked in the ledger, so
 * that no approval can end it any more, then canceled at the processor, so that a late authorization is refused (V8).
 */
import type { Deps } from '../../base/deps.ts';
import { eventOf } from '../../ledger/entry.ts';
import { putEntry } from '../../ledger/ledger.ts';
import type { Caller } from '../../merchants/merchant.ts';
import { type CardItem, cardIdFor, putTombstone, readCardItem } from '../../vault/cards.ts';
import { lookUp, orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import { authorizationOf, type ChargeItem, type ChargeTerms, newCharge, outcomeOf, payeeOf } from './charge.ts';
import { performOperation } from './operations.ts';
import { beginReversal, type ChargeEnd, endCharge, readCharge } from './store.ts';

/** The charge after one try to resolve it; still `processing` where the processor does not respond. */
export async function resolveCharge(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  if (charge.pending !== undefined) return performOperation(deps, charge, charge.pending);
  if (charge.status !== 'processing') return charge;
  const processor = await processorFor(deps, payeeOf(charge), charge.processor);
  if (charge.reversing_since_ms !== undefined) return reverse(deps, processor, charge);
  const found = await lookUp(processor, authorizationOf(charge));
  if (found.outcome === 'unknown') return charge;
  if (found.outcome !== 'none') return end(deps, charge, outcomeOf(charge, found));
  const marked = await beginReversal(deps, charge.entry_id);
  return reverse(deps, processor, marked ?? (await readCharge(deps, charge.entry_id)) ?? charge);
}

/** Cancels at the processor and fails the charge; one that was captured before it could be canceled is captured. */
async function reverse(deps: Deps, processor: Processor, charge: ChargeItem): Promise<ChargeItem> {
  const { entry_id: reference, amount_minor: amountMinor, reversing_since_ms: requestedAtMs } = charge;
  if (requestedAtMs === undefined || charge.status !== 'processing') return charge;
  const authorization = authorizationOf(charge);
  const request = { reference, authorization, operation: reference, requestedAtMs, amountMinor };
  const canceled = await orUnknown(processor.cancel(request));
  if (canceled.outcome === 'unknown') return charge;
  if (canceled.outcome === 'done') {
    const failure = charge.events.some((event) => event.type === 'charge.outcome_unknown');
    return end(deps, charge, { status: 'failed', failure_code: failure ? 'processor_timeout' : 'interrupted' });
  }
  const found = await lookUp(processor, authorization);
  if (found.outcome === 'unknown' || found.outcome === 'none') return charge;
  return end(deps, charge, outcomeOf(charge, found), 'refused');
}

async function end(deps: Deps, charge: ChargeItem, result: ChargeEnd, reversal?: 'refused'): Promise<ChargeItem> {
  const saved = await claimSavedCard(deps, charge);
  const ended = await endCharge(deps, charge.entry_id, { ...saved, ...result }, reversal);
  return ended ?? (await readCharge(deps, charge.entry_id)) ?? charge;
}

/**
 * The charge that a request announced, or, where that request never wrote it, a failed charge under the same id: if the
 * request does arrive late, it finds the id taken and sends nothing (V8).
 *
 *   request ── announces ─────────────────────────────────── puts its charge ─► the id is taken: failed
 *   sweep ─────────────────── finds no charge, puts a failed one ─► the announced charge is over
 */
export async function chargeOrItsFailure(
  deps: Deps,
  caller: Caller,
  terms: ChargeTerms,
  id: string,
): Promise<ChargeItem> {
  const { open_shard: _shard, open_since_ms: _since, ...charge } = newCharge(deps, caller, terms, id);
  const found = await readCharge(deps, charge.entry_id);
  if (found !== null) return found;
  const failed: ChargeItem = {
    ...charge,
    status: 'failed',
    failure_code: 'interrupted',
    events: [...charge.events, eventOf(charge.entry_id, 'charge.failed', charge.created_at_ms)],
  };
  return (await putEntry(deps, failed)) ? failed : ((await readCharge(deps, charge.entry_id)) ?? failed);
}

/** What a charge records of the card that it saved. */
export type SavedCard = Pick<ChargeItem, 'saved_card' | 'store_request_id'>;

/** Derived from the charge, so that the request and a resolution without it contend for one id. */
export const savedCardId = (charge: ChargeItem): string => cardIdFor(charge.owner, charge.entry_id);

export const savedCardOf = (card: CardItem): SavedCard =>
  card.status === 'deleted' ? {} : { saved_card: card.card_id, store_request_id: card.store_request_id };

/**
 * The saved card of a charge with `save_card` that is resolved without its request. The request puts the card between the
 * approval and its own write, so it may have stopped with a card that no charge names, or be late and still put it. The
 * resolution therefore claims the id first: the charge names the card that is there, or a tombstone refuses a late one.
 *
 *   request  ── approved ── put card ─ stops                   resolution: finds the card, names it
 *   request  ── approved ── freezes ────── put: refused        resolution: finds none, puts a tombstone
 */
export async function claimSavedCard(deps: Deps, charge: ChargeItem): Promise<SavedCard> {
  if (!charge.save_card) return {};
  const cardId = savedCardId(charge);
  const before = await readCardItem(deps, cardId);
  if (before === null && (await putTombstone(deps, cardId, charge.owner))) return {};
  const card = before ?? (await readCardItem(deps, cardId));
  return card === null ? {} : savedCardOf(card);
}
