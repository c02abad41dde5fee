/**
 * The Ledger table: every write a charge can make, each one conditional update of its one item with the event in the
 * same write (V8, V9). Conditions come from TRANSITIONS, so a state that is not listed there cannot be left.
 */
import type { Deps } from '../base/deps.ts';
import { change, getItem, getItems, type Item, putNew, queryIndex } from '../base/dynamo.ts';
import { derivedId, shardOf } from '../base/ids.ts';
import { SHARDS } from '../base/tables.ts';
import { type ChargeEvent, type ChargeItem, type ChargeStatus, type Operation, TRANSITIONS } from './charge.ts';

export const readCharge = (deps: Deps, id: string): Promise<ChargeItem | null> => getItem(deps, 'Ledger', id);

/** Puts a charge as `processing`, before anything else happens (V8); false where its id is taken. */
export const putCharge = (deps: Deps, item: ChargeItem): Promise<boolean> => putNew(deps, 'Ledger', item);

/** Event ids are derived, so an event that is written or delivered twice keeps its one id. */
export const eventOf = (chargeId: string, type: string, atMs: number, of = ''): ChargeEvent => ({
  id: derivedId('evt', chargeId, type, of),
  type,
  at_ms: atMs,
});

export const openMark = (chargeId: string, nowMs: number) => ({
  open_shard: String(shardOf(chargeId, SHARDS.open)),
  open_since_ms: nowMs,
});

/** Goes into every write that adds an event, so that no event can be without it (V9). */
export const outboxMark = (chargeId: string) => ({ outbox_shard: String(shardOf(chargeId, SHARDS.outbox)) });

type Settlement = Partial<ChargeItem> & { readonly status: (typeof TRANSITIONS.settle.to)[number] };

/**
 * Ends `processing`, once. Null where another attempt settled it first, or where the charge is being reversed and this
 * is an approval that does not know of it.
 */
export function settleCharge(
  deps: Deps,
  id: string,
  result: Settlement,
  reversal: 'unknown' | 'refused' = 'unknown',
): Promise<ChargeItem | null> {
  const event = eventOf(id, `charge.${result.status}`, deps.clock.nowMs());
  const isApproval = result.status === 'authorized' || result.status === 'captured';
  return write(deps, id, {
    from: TRANSITIONS.settle.from,
    set: result,
    remove: ['open_shard', 'open_since_ms'],
    event,
    ...(isApproval && reversal === 'unknown' && { also: { condition: 'attribute_not_exists(reversing_since_ms)' } }),
  });
}

/**
 * Says that an unsettled charge is about to be reversed at the processor, before it is (V8). Without the mark, a
 * request that was still alive could settle the charge as authorized while its authorization is released:
 *
 *   settlement ── lookup: none ── mark ──────────────── cancel ─► failed
 *   request ─────────────────────────── authorize ─► approved, but the mark refuses it
 */
export function beginReversal(deps: Deps, id: string): Promise<ChargeItem | null> {
  const nowMs = deps.clock.nowMs();
  return write(deps, id, {
    from: TRANSITIONS.settle.from,
    set: { reversing_since_ms: nowMs },
    remove: [],
    event: eventOf(id, 'charge.reversal_started', nowMs),
    also: { condition: 'attribute_not_exists(reversing_since_ms)' },
  });
}

/** Notes on an unsettled charge, once, what is known so far: its card, its reveals. */
export function noteOnCharge(
  deps: Deps,
  id: string,
  known: Pick<ChargeItem, 'card' | 'reveals'>,
): Promise<ChargeItem | null> {
  const event = eventOf(id, 'charge.outcome_unknown', deps.clock.nowMs());
  return write(deps, id, {
    from: TRANSITIONS.settle.from,
    set: known,
    remove: [],
    event,
    // The SDK repeats a write whose answer was lost; without this the event would be there twice (V9).
    also: { condition: 'attribute_not_exists(card)' },
  });
}

/** Begins an operation: one at a time, once per id, and a refund only of what is left (V7). */
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

/** Charges unsettled since before `beforeMs`, from one shard, oldest first. */
export async function openCharges(deps: Deps, shard: number, beforeMs: number, limit: number): Promise<string[]> {
  const page = await queryIndex(deps, 'Ledger', 'open', {
    partition: ['open_shard', String(shard)],
    sort: ['open_since_ms', '<=', beforeMs],
    limit,
  });
  return page.keys.map((key) => String(key.charge_id));
}

/** One page of an owner's charges, newest first, after the given position. */
export async function chargesOf(
  deps: Deps,
  owner: string,
  limit: number,
  after: Item | undefined,
): Promise<{ items: ChargeItem[]; next: Item | null }> {
  const page = await queryIndex(deps, 'Ledger', 'by_owner', {
    partition: ['owner', owner],
    limit,
    newestFirst: true,
    ...(after && { after }),
  });
  const ids = page.keys.map((key) => String(key.charge_id));
  return { items: await getItems<ChargeItem>(deps, 'Ledger', ids), next: page.next };
}

interface Write {
  readonly from: readonly ChargeStatus[];
  readonly set: Partial<ChargeItem>;
  readonly remove: readonly (keyof ChargeItem)[];
  readonly event: ChargeEvent;
  readonly also?: {
    readonly update?: string | null;
    readonly condition: string;
    readonly names?: Record<string, string>;
    readonly values?: Record<string, unknown>;
  };
}

/** Every change goes through here: state condition, new values and event in one expression (V9). */
function write(deps: Deps, id: string, what: Write): Promise<ChargeItem | null> {
  const names: Record<string, string> = { '#status': 'status', '#events': 'events', ...what.also?.names };
  const values: Record<string, unknown> = { ':event': [what.event], ...what.also?.values };
  const sets = ['#events = list_append(#events, :event)'];
  for (const [name, value] of Object.entries({ ...what.set, ...outboxMark(id) })) {
    if (value === undefined) continue;
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    sets.push(`#${name} = :${name}`);
  }
  if (what.also?.update) sets.push(what.also.update);
  const from = what.from.map((status, index) => {
    values[`:from${index}`] = status;
    return `:from${index}`;
  });
  const conditions = [`#status IN (${from.join(', ')})`, ...(what.also ? [what.also.condition] : [])];
  return change<ChargeItem>(deps, 'Ledger', id, {
    update: `SET ${sets.join(', ')}${what.remove.length > 0 ? ` REMOVE ${what.remove.join(', ')}` : ''}`,
    condition: conditions.join(' AND '),
    names,
    values,
  });
}
