/**
 * What time owes: expired tokens lose their ciphertexts by an explicit write (V2), and charges or operations left
 * unsettled are settled at the processor (V8). Bounded in work and time, so a backlog is worked off over several runs.
 */
import type { Deps } from '../base/deps.ts';
import { countUntil } from '../base/parallel.ts';
import { SHARDS } from '../base/tables.ts';
import { dueTokens, eraseToken } from '../vault/tokens.ts';
import { openCharges, readCharge } from './ledger.ts';
import { SETTLE_AFTER_MS, settleFromProcessor } from './settle.ts';

/** Per shard and run: eight token shards of 250 are 2,000 erasures a minute. */
const TOKENS_PER_SHARD_MAX = 250;
const CHARGES_PER_SHARD_MAX = 25;
const AT_ONCE = 10;

export interface SweepReport {
  readonly erasedTokens: number;
  readonly settledCharges: number;
  /** Left for the next run: out of time, unsettled still, or failed. */
  readonly left: number;
}

/** One run; stops beginning new work at `deadlineMs`. One record's failure does not stop the others. */
export async function sweep(deps: Deps, deadlineMs: number): Promise<SweepReport> {
  const tokens = await shardsOf(SHARDS.due, (shard) => dueTokens(deps, shard, TOKENS_PER_SHARD_MAX));
  const erased = await countUntil(deps.clock, deadlineMs, AT_ONCE, tokens, (hash) => eraseToken(deps, hash));
  const beforeMs = deps.clock.nowMs() - SETTLE_AFTER_MS;
  const charges = await shardsOf(SHARDS.open, (shard) => openCharges(deps, shard, beforeMs, CHARGES_PER_SHARD_MAX));
  const settled = await countUntil(deps.clock, deadlineMs, AT_ONCE, charges, (id) => settleById(deps, id));
  return {
    erasedTokens: erased,
    settledCharges: settled,
    left: tokens.length - erased + charges.length - settled,
  };
}

async function settleById(deps: Deps, id: string): Promise<boolean> {
  const charge = await readCharge(deps, id);
  if (charge === null) return false;
  const now = await settleFromProcessor(deps, charge);
  return now.open_shard === undefined;
}

async function shardsOf(shards: number, read: (shard: number) => Promise<string[]>): Promise<string[]> {
  return (await Promise.all(Array.from({ length: shards }, (_, shard) => read(shard)))).flat();
}
