/**
 * What time owes: expired tokens lose their ciphertexts by an explicit write (V2), charges and operations left unsettled
 * are settled at the processor, and forwards left in the middle are ended (V8). Bounded in work and time, so a backlog
 * is worked off over several runs.
 */
import type { Deps } from '../base/deps.ts';
import { isId } from '../base/ids.ts';
import { countUntil } from '../base/parallel.ts';
import { SHARDS } from '../base/tables.ts';
import type { ChargeItem } from '../charges/charge.ts';
import { settleFromProcessor } from '../charges/settle.ts';
import { endInterrupted, type ForwardItem } from '../forward/record.ts';
import { SETTLE_AFTER_MS } from '../ledger/entry.ts';
import { openEntries, readEntry } from '../ledger/ledger.ts';
import { dueTokens, eraseToken } from '../vault/tokens.ts';

/** Per shard and run: eight token shards of 250 are 2,000 erasures a minute. */
const TOKENS_PER_SHARD_MAX = 250;
const ENTRIES_PER_SHARD_MAX = 25;
const AT_ONCE = 10;

export interface SweepReport {
  readonly erasedTokens: number;
  /** Charges, operations of charges, forwards. */
  readonly settledEntries: number;
  /** Left for the next run: out of time, unsettled still, or failed. */
  readonly left: number;
}

/** One run; stops beginning new work at `deadlineMs`. One record's failure does not stop the others. */
export async function sweep(deps: Deps, deadlineMs: number): Promise<SweepReport> {
  const tokens = await shardsOf(SHARDS.due, (shard) => dueTokens(deps, shard, TOKENS_PER_SHARD_MAX));
  const erased = await countUntil(deps.clock, deadlineMs, AT_ONCE, tokens, (hash) => eraseToken(deps, hash));
  const beforeMs = deps.clock.nowMs() - SETTLE_AFTER_MS;
  const open = await shardsOf(SHARDS.open, (shard) => openEntries(deps, shard, beforeMs, ENTRIES_PER_SHARD_MAX));
  const settled = await countUntil(deps.clock, deadlineMs, AT_ONCE, open, (id) => settleById(deps, id));
  return {
    erasedTokens: erased,
    settledEntries: settled,
    left: tokens.length - erased + open.length - settled,
  };
}

async function settleById(deps: Deps, id: string): Promise<boolean> {
  const entry = await readEntry<ChargeItem | ForwardItem>(deps, id);
  if (entry === null) return false;
  const now = isForward(entry) ? await endInterrupted(deps, entry) : await settleFromProcessor(deps, entry);
  return now.open_shard === undefined;
}

const isForward = (entry: ChargeItem | ForwardItem): entry is ForwardItem => isId('fwd', entry.charge_id);

async function shardsOf(shards: number, read: (shard: number) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(Array.from({ length: shards }, (_, shard) => read(shard)))).flat();
}
