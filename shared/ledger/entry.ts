/**
 * The attributes that every entry of the Ledger has, such as a charge, a forward or a checkout session. Events are kept
 * inside the entry, so that a change of state and its event are one write (V9). Two sparse indexes find entries with
 * work left: `open` those that the sweep may have to resolve, `outbox` those with events that were not copied yet.
 */
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import type { SentTo } from '../base/destinations.ts';
import type { CardKey } from '../base/entries.ts';
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

/** The first card to a receiver of `sent_to` (shared/events/first-use.ts). */
export interface FirstUse {
  readonly receiver: string;
  readonly at_ms: number;
  /** Absent where AWS did not say. */
  readonly deployed_at_ms?: number;
}

/** One decryption: which key, and the AWS request id CloudTrail records it under (V5). */
export interface Decryption {
  readonly key: CardKey;
  readonly request_id: string;
  readonly at_ms: number;
  /**
   * How often the SDK sent the request. CloudTrail records each try, also one that lost its response and so its request
   * id.
   */
  readonly tries: number;
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
  /** Present while the outcome is not known: puts the entry in the index that the sweep reads. */
  readonly open_shard?: string;
  readonly open_since_ms?: number;
  /**
   * Present while the entry has events that were not copied: puts the entry in the index that the deliverer reads (V9).
   */
  readonly outbox_shard?: string;
  /** How many of `events` were copied. */
  readonly events_taken?: number;
  /** Random per attempt: separates a repeated write of this call from a write of another. */
  readonly nonce: string;
  readonly status: string;
  /** Where the card goes, written before it is decrypted (V14). Absent for test cards, and where no card goes anywhere. */
  readonly sent_to?: SentTo;
  /** Receivers that got no card before this one. */
  readonly first_uses?: readonly FirstUse[];
  /** Absent until one is noted. Only functions that open cards may write it (shared/base/entries.ts). */
  readonly decryptions?: readonly Decryption[];
  /** Tries of calls that the SDK gave up: CloudTrail may have a decryption for each (V5). */
  readonly tries_without_response?: number;
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

/** Part of every write that adds an event, so that no event is missed (V9). */
export const outboxMark = (entryId: string) => ({ outbox_shard: String(shardOf(entryId, SHARDS.outbox)) });

/** The partition of the index `by_day` for an entry made now; the audit reads it. */
export const dayShard = (id: string, nowMs: number): string =>
  `${toRfc3339(nowMs).slice(0, 10)}#${shardOf(id, SHARDS.by_day)}`;

/** A new entry: `processing`, with its first event (V8, V9). */
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
    nonce: randomText(deps.random),
    status: 'processing',
    events: [eventOf(id, firstEvent, nowMs)],
  } as const satisfies LedgerEntry;
}

/**
 * How old an open entry must be before anything other than its own request changes it. Longer than the longest function
 * time-out (30 s, the limit of API Gateway), so that request is certainly over.
 */
export const RESOLVE_AFTER_MS = 60_000;
