/**
 * Every write of a charge: a conditional update of its one entry, with the event in the same write (V8, V9). The
 * conditions are made of TRANSITIONS, so no write leaves a state that is not listed there.
 */
import type { Deps } from '../../base/deps.ts';
import { eventOf, openMark } from '../../ledger/entry.ts';
import { changeEntry, type EntryChange, readEntry } from '../../ledger/ledger.ts';
import { type ChargeItem, type Operation, TRANSITIONS } from './charge.ts';

export const readCharge = (deps: Deps, id: string): Promise<ChargeItem | null> => readEntry(deps, id);

const write = (deps: Deps, id: string, what: EntryChange<ChargeItem>): Promise<ChargeItem | null> =>
  changeEntry(deps, id, what);

export type ChargeEnd = Partial<ChargeItem> & { readonly status: (typeof TRANSITIONS.end.to)[number] };

/**
 * Ends `processing`, once. Null where another request ended it first, or where the charge is being reversed and this is
 * an approval without the reversal.
 */
export function endCharge(
  deps: Deps,
  id: string,
  result: ChargeEnd,
  reversal: 'unknown' | 'refused' = 'unknown',
): Promise<ChargeItem | null> {
  const event = eventOf(id, `charge.${result.status}`, deps.clock.nowMs());
  const isApproval = result.status === 'authorized' || result.status === 'captured';
  return write(deps, id, {
    from: TRANSITIONS.end.from,
    set: result,
    remove: ['open_shard', 'open_since_ms'],
    event,
    ...(isApproval && reversal === 'unknown' && { also: { condition: 'attribute_not_exists(reversing_since_ms)' } }),
  });
}

/**
 * Says that an unresolved charge is about to be reversed at the processor, before it is (V8). Without the mark, a
 * request that was still alive could end the charge as authorized while its authorization is released:
 *
 *   resolution ── lookup: none ── mark ──────────────── cancel ─► failed
 *   request ─────────────────────────── authorize ─► approved, but the mark refuses it
 */
export function beginReversal(deps: Deps, id: string): Promise<ChargeItem | null> {
  const nowMs = deps.clock.nowMs();
  return write(deps, id, {
    from: TRANSITIONS.end.from,
    set: { reversing_since_ms: nowMs },
    remove: [],
    event: eventOf(id, 'charge.reversal_started', nowMs),
    also: { condition: 'attribute_not_exists(reversing_since_ms)' },
  });
}

/** Notes on an unresolved charge, once, what is known so far: its card, its decryptions. */
export function noteOnCharge(
  deps: Deps,
  id: string,
  known: Pick<ChargeItem, 'card' | 'decryptions'>,
): Promise<ChargeItem | null> {
  const event = eventOf(id, 'charge.outcome_unknown', deps.clock.nowMs());
  return write(deps, id, {
    from: TRANSITIONS.end.from,
    set: known,
    remove: [],
    event,
    // The SDK repeats a write after a lost response; without this the event would be there twice (V9).
    also: { condition: 'attribute_not_exists(card)' },
  });
}

/** Begins an operation: one at a time, once per id, and a refund only of the refundable amount (V7). */
export function beginOperation(deps: Deps, id: string, operation: Operation): Promise<ChargeItem | null> {
  const isRefund = operation.kind === 'refund';
  return write(deps, id, {
    from: TRANSITIONS[operation.kind].from,
    set: { pending: operation, ...openMark(id, operation.created_at_ms) },
    remove: [],
    event: eventOf(id, `${operation.kind}.started`, operation.created_at_ms, operation.id),
    also: {
      update: isRefund ? 'refundable_minor = refundable_minor - :amount' : null,
      condition:
        'attribute_not_exists(pending) AND attribute_not_exists(operations.#operation)' +
        (isRefund ? ' AND refundable_minor >= :amount' : ''),
      names: { '#operation': operation.id },
      values: isRefund ? { ':amount': operation.amount_minor } : {},
    },
  });
}

/** Ends an operation with what changes on the charge; null where it was ended before. */
export function endOperation(
  deps: Deps,
  id: string,
  ended: Operation,
  changes: Partial<ChargeItem>,
): Promise<ChargeItem | null> {
  return write(deps, id, {
    from: TRANSITIONS[ended.kind].from,
    set: changes,
    remove: ['pending', 'open_shard', 'open_since_ms'],
    event: eventOf(id, `${ended.kind}.${ended.status}`, deps.clock.nowMs(), ended.id),
    also: {
      update: 'operations.#operation = :ended',
      condition: 'pending.id = :id',
      names: { '#operation': ended.id },
      values: { ':ended': ended, ':id': ended.id },
    },
  });
}
