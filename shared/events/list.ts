/**
 * Lists a merchant's events, newest first. Copied events come from their own table. Those still in the ledger's outbox
 * are added, so that an event is listed before the next copy.
 */
import type { Deps } from '../base/deps.ts';
import { BATCH_GET_MAX, getItems, queryIndex } from '../base/dynamo.ts';
import { VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Caller } from '../merchants/merchant.ts';
import { readLimit } from '../payments/charges/list.ts';
import { type EventfulEntry, type EventItem, eventView, freshEventsOf } from './event.ts';
import { freshEntries } from './outbox.ts';
import type { EventPage } from './responses.ts';

/** `limit` and `cursor` as the query string gives them; throws `limit_invalid`, `cursor_invalid`. */
export async function listEvents(
  deps: Deps,
  caller: Caller,
  query: { readonly limit?: string | undefined; readonly cursor?: string | undefined },
): Promise<EventPage> {
  const limit = readLimit(query.limit);
  const before = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const [copied, fresh] = await Promise.all([
    copiedEvents(deps, caller.owner, limit + 1, before),
    freshEvents(deps, caller.owner, before),
  ]);
  // An event may be in both for a moment; the copy wins.
  const byId = new Map([...fresh, ...copied].map((event) => [event.record_id, event]));
  // DynamoDB deletes expired events late, so they are filtered here.
  const nowS = deps.clock.nowMs() / 1_000;
  const kept = [...byId.values()].filter(({ expires_at_s: endS }) => endS > nowS);
  const newestFirst = kept.sort((a, b) => (a.list_key < b.list_key ? 1 : -1));
  const page = newestFirst.slice(0, limit);
  const last = page.at(-1);
  const hasMore = newestFirst.length > limit && last !== undefined;
  return { object: 'list', data: page.map(eventView), next_cursor: hasMore ? writeCursor(last) : null };
}

async function copiedEvents(deps: Deps, owner: string, limit: number, before: string | undefined) {
  const page = await queryIndex(deps, 'Events', 'lists', {
    partition: ['list', owner],
    ...(before !== undefined && { sort: ['list_key', '<', before] as const }),
    limit,
    newestFirst: true,
  });
  const ids = page.keys.map((key) => String(key.record_id));
  const batches = [ids.slice(0, BATCH_GET_MAX), ids.slice(BATCH_GET_MAX)].filter((batch) => batch.length > 0);
  return (await Promise.all(batches.map((batch) => getItems<EventItem>(deps, 'Events', batch)))).flat();
}

async function freshEvents(deps: Deps, owner: string, before: string | undefined): Promise<EventItem[]> {
  const events = (await freshEntries<EventfulEntry>(deps, owner, BATCH_GET_MAX)).flatMap(freshEventsOf);
  return before === undefined ? events : events.filter((event) => event.list_key < before);
}

/** The position of an event in its owner's list. */
const writeCursor = ({ list_key: position }: EventItem): string => Buffer.from(position).toString('base64url');

function readCursor(cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').toString();
  const id = position.slice(position.indexOf('#') + 1);
  const isOurs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#/.test(position) && isId('evt', id);
  if (cursor.length > 200 || !isOurs) throw new VaultError('cursor_invalid', { param: 'cursor' });
  return position;
}
