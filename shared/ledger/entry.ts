/**
 * What every entry of the Ledger has, a charge as a forward or a checkout session: whose it is, what it opened, and its events, kept inside
 * the entry so that a change of state and its event are one write (V9). Two sparse indexes find entries again: `open`
 * those that somebody must end, `outbox` those with events that were not copied yet.
 */
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { derivedId, randomText, shardOf } from '../base/ids.ts';
import { SHARDS } from '../base/tables.ts';
import type { Caller } from '../merchants/merchant.ts';
import type { Mode } from '../merchants/mode.ts';

export interface LedgerEvent {
  readonly id: string;
  /** `charge.captured`, `refund.succeeded`, `forward.done`, `checkout_session.paid`, … */
  readonly type: string;
  readonly at_ms: number;
}

/** One decryption: which key, and the AWS request id CloudTrail records it under (V5). */
export interface Decryption {
  readonly key: 'PanKey' | 'CvcKey';
  readonly request_id: string;
  readonly at_ms: number;
  /** How often the SDK asked; each attempt whose answer was lost has a CloudTrail record under an id we never saw. */
  readonly attempts: number;
}

export interface LedgerEntry {
  /** The Ledger's key: `ch_…`, `fwd_…` or `cs_…`. */
  readonly entry_id: string;
  readonly owner: string;
  readonly merchant_id: string;
  readonly mode: Mode;
  readonly created_at_ms: number;
  /** `2026-06-15#3`: the index the auditor reads. Absent where an entry opens no card, such as a checkout session. */
  readonly day_shard?: string;
  /** Present while something is unsettled: the index the sweep reads. */
  readonly open_shard?: string;
  readonly open_since_ms?: number;
  /** Present while the entry has events that were not copied out of it: the index the deliverer reads (V9). */
  readonly outbox_shard?: string;
  /** How many of `events` were copied. */
  readonly events_taken?: number;
  /** Random per attempt: tells our own repeated write from another caller's. */
  readonly attempt: string;
  readonly status: string;
  readonly decryptions: readonly Decryption[];
  /** How often the SDK asked where it gave up: each attempt may be a decryption CloudTrail has a record of (V5). */
  readonly unanswered_attempts?: number;
  readonly events: readonly LedgerEvent[];
}

/** Event ids are derived, so an event that is written or delivered twice keeps its one id. */
export const eventOf = (entryId: string, type: string, atMs: number, of = ''): LedgerEvent => ({
  id: derivedId('evt', entryId, type, of),
  type,
  at_ms: atMs,
});

export const openMark = (entryId: string, nowMs: number) => ({
  open_shard: String(shardOf(entryId, SHARDS.open)),
  open_since_ms: nowMs,
});

/** Goes into every write that adds an event, so that no event can be without it (V9). */
export const outboxMark = (entryId: string) => ({ outbox_shard: String(shardOf(entryId, SHARDS.outbox)) });

/** Where the auditor's index has an item of the Ledger that was made now. */
export const dayShard = (id: string, nowMs: number): string =>
  `${toRfc3339(nowMs).slice(0, 10)}#${shardOf(id, SHARDS.by_day)}`;

/** The beginning of an entry: `processing`, nothing opened, with its first event (V8, V9). */
export function newEntry(deps: Deps, caller: Caller, id: string, firstEvent: string) {
  const nowMs = deps.clock.nowMs();
  return {
    entry_id: id,
    owner: caller.owner,
    merchant_id: caller.merchantId,
    mode: caller.mode,
    created_at_ms: nowMs,
    day_shard: dayShard(id, nowMs),
    ...openMark(id, nowMs),
    ...outboxMark(id),
    attempt: randomText(deps.random),
    status: 'processing',
    decryptions: [],
    events: [eventOf(id, firstEvent, nowMs)],
  } as const satisfies LedgerEntry;
}

/**
 * How old an unsettled entry must be before anyone but its own request touches it. Longer than the longest function
 * time-out (30 s, the limit of API Gateway), so the request that made it is certainly over.
 */
export const SETTLE_AFTER_MS = 60_000;
