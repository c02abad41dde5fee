/**
 * The ledger's outbox. The write that changes an entry's state also adds the event to it and puts the entry into a
 * sparse index (V9). After copying the events the deliverer takes the entry out, unless an event came in between:
 *
 *   charge  ── captured + event + mark ─────────── refunded + event + mark ──────────
 *   copier  ───────── reads two events, copies them ──────── "still two?" no: the mark stays
 */
import type { Deps } from '../base/deps.ts';
import { change, getItems, queryIndex } from '../base/dynamo.ts';
import { SHARDS } from '../base/tables.ts';
import type { FirstUse, LedgerEntry } from '../ledger/entry.ts';

/** Ids of entries with events to copy, from one shard and one side of `pivot`, which divides the owners in two. */
export async function entriesInOutbox(
  deps: Deps,
  shard: number,
  owners: readonly [comparison: '<' | '>=' | '=', pivot: string],
  limit: number,
): Promise<string[]> {
  const page = await queryIndex(deps, 'Ledger', 'outbox', {
    partition: ['outbox_shard', String(shard)],
    sort: ['owner', ...owners],
    limit,
  });
  return page.keys.map((key) => String(key.entry_id));
}

/** Entries of one owner with events that were not copied yet; at most `limit`. */
export async function freshEntries<Entry extends LedgerEntry>(
  deps: Deps,
  owner: string,
  limit: number,
): Promise<Entry[]> {
  const shards = Array.from({ length: SHARDS.outbox }, (_, shard) =>
    entriesInOutbox(deps, shard, ['=', owner], Math.ceil(limit / SHARDS.outbox)),
  );
  const ids = (await Promise.all(shards)).flat();
  return ids.length === 0 ? [] : getItems<Entry>(deps, 'Ledger', ids.slice(0, limit));
}

/**
 * Takes an entry out of the outbox once its events were copied, with the first uses that were found; null where it has a new
 * event since.
 */
export function leaveOutbox(
  deps: Deps,
  entry: LedgerEntry,
  firstUses: readonly FirstUse[],
): Promise<LedgerEntry | null> {
  const hasUses = firstUses.length > 0;
  return change<LedgerEntry>(deps, 'Ledger', entry.entry_id, {
    update: `SET events_taken = :count${hasUses ? ', first_uses = :uses' : ''} REMOVE outbox_shard`,
    condition: 'size(#events) = :count',
    names: { '#events': 'events' },
    values: { ':count': entry.events.length, ...(hasUses && { ':uses': firstUses }) },
  });
}
