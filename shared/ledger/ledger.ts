/**
 * The writes of the Ledger table: a new entry, and one conditional update that changes an entry's state together with
 * its event (V8, V9). The kinds of entry decide which states may follow which.
 */
import type { Deps } from '../base/deps.ts';
import { change, getItem, putNew, queryIndex } from '../base/dynamo.ts';
import { type LedgerEntry, type LedgerEvent, outboxMark } from './entry.ts';

export const readEntry = <Entry extends LedgerEntry>(deps: Deps, id: string): Promise<Entry | null> =>
  getItem(deps, 'Ledger', id);

/** Stores a new entry, before anything else happens (V8); false where its id is taken. */
export const putEntry = (deps: Deps, entry: LedgerEntry): Promise<boolean> => putNew(deps, 'Ledger', entry);

export interface EntryChange<Entry extends LedgerEntry> {
  readonly from: readonly Entry['status'][];
  readonly set: Partial<Entry>;
  readonly remove: readonly (keyof Entry & string)[];
  readonly event: LedgerEvent;
  readonly also?: {
    readonly update?: string | null;
    readonly condition: string;
    readonly names?: Record<string, string>;
    readonly values?: Record<string, unknown>;
  };
}

/**
 * The only way to change an entry: state condition, new values and event in one expression (V9); null where refused.
 */
export function changeEntry<Entry extends LedgerEntry>(
  deps: Deps,
  id: string,
  what: EntryChange<Entry>,
): Promise<Entry | null> {
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
  return change<Entry>(deps, 'Ledger', id, {
    update: `SET ${sets.join(', ')}${what.remove.length > 0 ? ` REMOVE ${what.remove.join(', ')}` : ''}`,
    condition: conditions.join(' AND '),
    names,
    values,
  });
}

/** Ids of the entries in one shard that have been open since before `beforeMs`, and since when; oldest first. */
export async function openEntries(
  deps: Deps,
  shard: number,
  beforeMs: number,
  limit: number,
): Promise<{ readonly id: string; readonly sinceMs: number }[]> {
  const page = await queryIndex(deps, 'Ledger', 'open', {
    partition: ['open_shard', String(shard)],
    sort: ['open_since_ms', '<=', beforeMs],
    limit,
  });
  return page.keys.map((key) => ({ id: String(key.entry_id), sinceMs: Number(key.open_since_ms) }));
}
