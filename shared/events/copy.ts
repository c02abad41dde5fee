/**
 * Copies events from the ledger's outbox, each to a separate item, and queues a delivery to every subscribed endpoint.
 * Every write may be repeated, so a run that stops after any of them is completed by the next one (V9).
 */
import type { Deps } from '../base/deps.ts';
import { putNew } from '../base/dynamo.ts';
import { randomId } from '../base/ids.ts';
import { forEachAtOnce } from '../base/parallel.ts';
import { SHARDS } from '../base/tables.ts';
import { readEntry } from '../ledger/ledger.ts';
import { queueDelivery } from './delivery.ts';
import type { EndpointItem } from './endpoint.ts';
import { type EventfulEntry, type EventItem, freshEventsOf } from './event.ts';
import { type Claims, type FirstUseDeps, firstUsesIn, noteUses, tellUses } from './first-use.ts';
import { entriesInOutbox, leaveOutbox } from './outbox.ts';

const PAGE = 500;
const AT_ONCE = 20;
/** Passes over the outbox in one run; each takes up to a page from every shard. */
const PASSES_MAX = 10;

export interface CopyReport {
  readonly events: number;
  /** Entries that were not copied; the next run copies them. */
  readonly left: number;
}

export async function copyOutbox(
  deps: FirstUseDeps,
  endpoints: readonly EndpointItem[],
  deadlineMs: number,
): Promise<CopyReport> {
  const byOwner = Map.groupBy(endpoints, ({ owner }) => owner);
  const claims: Claims = new Map();
  let events = 0;
  let left = 0;
  const copy = async (id: string): Promise<void> => {
    try {
      const count = deps.clock.nowMs() < deadlineMs ? await copyEntry(deps, id, byOwner, claims) : null;
      if (count === null) left += 1;
      else events += count;
    } catch {
      left += 1; // One entry's failure does not stop the others.
    }
  };
  for (let pass = 0, before = -1; pass < PASSES_MAX && events > before; pass += 1) {
    before = events;
    left = 0;
    for (const ids of await outboxPages(deps)) await forEachAtOnce(ids, AT_ONCE, copy);
  }
  return { events, left };
}

/**
 * A shard sorts entries by owner. Each run starts at a random owner, so that no owner is always last when there is too
 * much.
 */
async function outboxPages(deps: Deps): Promise<string[][]> {
  const pivot = randomId('mer', deps.random);
  const shards = Array.from({ length: SHARDS.outbox }, (_, shard) => shard);
  const sides = (['>=', '<'] as const).map((side) =>
    Promise.all(shards.map((shard) => entriesInOutbox(deps, shard, [side, pivot], PAGE))),
  );
  return (await Promise.all(sides)).map((pages) => pages.flat());
}

async function copyEntry(
  deps: FirstUseDeps,
  id: string,
  endpoints: ReadonlyMap<string, readonly EndpointItem[]>,
  claims: Claims,
): Promise<number | null> {
  const entry = await readEntry<EventfulEntry>(deps, id);
  if (entry?.outbox_shard === undefined) return 0;
  const first = await firstUsesIn(deps, entry, claims);
  // Before the webhooks, so that a fault of an endpoint does not silence it.
  tellUses(deps, entry, first.ofAll);
  const events = [...freshEventsOf(entry), ...first.events];
  for (const event of events) {
    await putNew(deps, 'Events', event);
    await Promise.all(hearers(endpoints, event).map((endpoint) => queueDelivery(deps, event, endpoint)));
  }
  if (first.isHeld) return null;
  const hasLeft = await leaveOutbox(deps, entry, first.ofAll);
  if (hasLeft) await noteUses(deps, entry, first.notes);
  return events.length;
}

/** An endpoint receives only events newer than itself. */
const hearers = (endpoints: ReadonlyMap<string, readonly EndpointItem[]>, event: EventItem): EndpointItem[] =>
  (endpoints.get(event.list) ?? []).filter((endpoint) => endpoint.created_at_ms <= event.at_ms);
