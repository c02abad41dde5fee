/**
 * The sweep: erases the ciphertexts of expired tokens by an explicit write (V2), resolves unfinished charges and
 * operations at the processor, ends interrupted forwards, and expires checkout sessions or ends them with their charge
 * (V8). Bounded in work and time, so a backlog takes several runs.
 */
import type { Deps } from '../../base/deps.ts';
import { isId } from '../../base/ids.ts';
import { countUntil } from '../../base/parallel.ts';
import { SHARDS } from '../../base/tables.ts';
import { RESOLVE_AFTER_MS } from '../../ledger/entry.ts';
import { openEntries, readEntry } from '../../ledger/ledger.ts';
import { dueTokens, eraseToken } from '../../vault/tokens.ts';
import type { ChargeItem } from '../charges/charge.ts';
import { resolveCharge } from '../charges/resolve.ts';
import { resolveCheckout } from '../checkout/resolve.ts';
import type { CheckoutItem } from '../checkout/session.ts';
import { endInterrupted, type ForwardItem } from '../forward/record.ts';

/** Per shard and run: eight token shards of 250 are 2,000 erasures a minute. */
const TOKENS_PER_SHARD_MAX = 250;
/** In a busy shop most due entries are unpaid sessions, each a read and a write; the deadline bounds the rest. */
const ENTRIES_PER_SHARD_MAX = 100;
const AT_ONCE = 10;

export interface SweepReport {
  readonly erasedTokens: number;
  /** Charges, operations of charges, forwards, checkout sessions. */
  readonly resolvedEntries: number;
  /** Left for the next run: out of time, still unresolved, or failed. */
  readonly left: number;
  /** Age of the oldest expiry with ciphertext; 0 without one. */
  readonly tokensOverdueSeconds: number;
  /** Age of the oldest open entry; 0 where none is old enough to be swept. */
  readonly unresolvedSeconds: number;
}

/** One run; starts no new work after `deadlineMs`. The failure of one record does not stop the others. */
export async function sweep(deps: Deps, deadlineMs: number): Promise<SweepReport> {
  const beforeMs = deps.clock.nowMs() - RESOLVE_AFTER_MS;
  const tokens = await eachDue(deps, deadlineMs, {
    shards: SHARDS.due,
    perShardMax: TOKENS_PER_SHARD_MAX,
    read: (shard, limit) => dueTokens(deps, shard, limit),
    work: (hash) => eraseToken(deps, hash),
  });
  const entries = await eachDue(deps, deadlineMs, {
    shards: SHARDS.open,
    perShardMax: ENTRIES_PER_SHARD_MAX,
    read: (shard, limit) => openEntries(deps, shard, beforeMs, limit),
    work: (id) => resolveById(deps, id),
  });
  const nowMs = deps.clock.nowMs();
  return {
    erasedTokens: tokens.done,
    resolvedEntries: entries.done,
    left: tokens.left + entries.left,
    tokensOverdueSeconds: Math.max(0, nowMs - tokens.oldestMs) / 1_000,
    unresolvedSeconds: Math.max(0, nowMs - entries.oldestMs) / 1_000,
  };
}

async function resolveById(deps: Deps, id: string): Promise<boolean> {
  const entry = await readEntry<OpenEntry>(deps, id);
  return entry !== null && (await resolveEntry(deps, entry)).open_shard === undefined;
}

type OpenEntry = ChargeItem | ForwardItem | CheckoutItem;

const resolveEntry = (deps: Deps, entry: OpenEntry): Promise<OpenEntry> => {
  if (isForward(entry)) return endInterrupted(deps, entry);
  return isCheckout(entry) ? resolveCheckout(deps, entry) : resolveCharge(deps, entry);
};

const isForward = (entry: OpenEntry): entry is ForwardItem => isId('fwd', entry.entry_id);
const isCheckout = (entry: OpenEntry): entry is CheckoutItem => isId('cs', entry.entry_id);

interface Due {
  readonly id: string;
  readonly sinceMs: number;
}

interface Duty {
  readonly shards: number;
  readonly perShardMax: number;
  /** The due records of one shard, oldest first. */
  read(shard: number, limit: number): Promise<Due[]>;
  /** True where the record is done. */
  work(id: string): Promise<boolean>;
}

interface Done {
  readonly done: number;
  readonly left: number;
  /** Since when the oldest remaining record has been due; Infinity where there is none. */
  readonly oldestMs: number;
}

/** Works on due records, a few at once, until the deadline. */
async function eachDue(deps: Deps, deadlineMs: number, duty: Duty): Promise<Done> {
  const { shards, perShardMax } = duty;
  const pages = await Promise.all(Array.from({ length: shards }, (_, shard) => duty.read(shard, perShardMax)));
  const due = pages.flat();
  const left = new Set(due);
  const work = async (one: Due) => (await duty.work(one.id)) && left.delete(one);
  const done = await countUntil({ clock: deps.clock, deadlineMs, atOnce: AT_ONCE }, due, work);
  // A full page may be followed by more records, none older than the last of the page.
  const beyond = pages.flatMap((page) => (page.length === perShardMax ? page.slice(-1) : []));
  return { done, left: left.size, oldestMs: Math.min(...[...left, ...beyond].map(({ sinceMs }) => sinceMs)) };
}
