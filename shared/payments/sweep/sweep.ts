/**
 * What time owes: expired tokens lose their ciphertexts by an explicit write (V2), charges and operations left unresolved
 * are resolved at the processor, forwards left in the middle are ended, and checkout sessions expire or end with their
 * charge (V8). Bounded in work and time, so a backlog is worked off over several runs.
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
/** Most of what is due in a busy shop are sessions that nobody paid, each a read and a write; the deadline bounds the rest. */
const ENTRIES_PER_SHARD_MAX = 100;
const AT_ONCE = 10;

export interface SweepReport {
  readonly erasedTokens: number;
  /** Charges, operations of charges, forwards, checkout sessions. */
  readonly resolvedEntries: number;
  /** Left for the next run: out of time, unresolved still, or failed. */
  readonly left: number;
  /** Since the expiry of the oldest token that still holds ciphertext; 0 where there is none. */
  readonly tokensOverdueSeconds: number;
  /** Since the oldest entry that is still open began; 0 where there is none old enough to be looked at. */
  readonly unresolvedSeconds: number;
}

/** One run; stops beginning new work at `deadlineMs`. One record's failure does not stop the others. */
export async function sweep(deps: Deps, deadlineMs: number): Promise<SweepReport> {
  const beforeMs = deps.clock.nowMs() - RESOLVE_AFTER_MS;
  const tokens = await eachDue(deps, deadlineMs, SHARDS.due, TOKENS_PER_SHARD_MAX, {
    read: (shard, limit) => dueTokens(deps, shard, limit),
    work: (hash) => eraseToken(deps, hash),
  });
  const entries = await eachDue(deps, deadlineMs, SHARDS.open, ENTRIES_PER_SHARD_MAX, {
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
  /** What is due in one shard, oldest first. */
  read(shard: number, limit: number): Promise<Due[]>;
  /** True where it is done with. */
  work(id: string): Promise<boolean>;
}

interface Done {
  readonly done: number;
  readonly left: number;
  /** Since when the oldest that is left has been due; Infinity where nothing is. */
  readonly oldestMs: number;
}

/** Does what is due, a few at once, until the deadline. */
async function eachDue(deps: Deps, deadlineMs: number, shards: number, limit: number, duty: Duty): Promise<Done> {
  const pages = await Promise.all(Array.from({ length: shards }, (_, shard) => duty.read(shard, limit)));
  const due = pages.flat();
  const left = new Set(due);
  const work = async (one: Due) => (await duty.work(one.id)) && left.delete(one);
  const done = await countUntil(deps.clock, deadlineMs, AT_ONCE, due, work);
  // Behind a full page there may be more, none of it older than the page's last.
  const beyond = pages.flatMap((page) => (page.length === limit ? page.slice(-1) : []));
  return { done, left: left.size, oldestMs: Math.min(...[...left, ...beyond].map(({ sinceMs }) => sinceMs)) };
}
