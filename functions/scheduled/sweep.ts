/** Runs every minute: erases expired tokens, resolves unfinished charges, and starts the delivery of their events. */
import type { Context } from 'aws-lambda';
import { type SweepReport, sweep } from '../../shared/payments/sweep/sweep.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { earlyRuns } from '../runtime/early-run.ts';
import { makeKms } from '../runtime/kms.ts';

const deps = makeDeps(
  { tables: ['Tokens', 'Cards', 'Ledger', 'Merchants', 'Counters', 'Simulator'], keys: ['SecretKey'] },
  makeKms(),
);
const deliverSoon = earlyRuns(deps);
/** Time reserved for the last records and the log line. */
const RESERVE_MS = 10_000;

export const handler = async (_event: unknown, context: Context): Promise<SweepReport> => {
  const startMs = deps.clock.nowMs();
  const swept = await sweep(deps, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  if (swept.resolvedEntries > 0) await deliverSoon();
  const nowMs = deps.clock.nowMs();
  const fields = {
    event: 'sweep',
    function: 'scheduled/sweep',
    count: swept.erasedTokens + swept.resolvedEntries,
    failed: swept.left,
    duration_ms: nowMs - startMs,
  };
  report('info', nowMs, fields, {
    Runs: 1,
    TokensErased: swept.erasedTokens,
    TokensOverdueSeconds: swept.tokensOverdueSeconds,
    EntriesResolved: swept.resolvedEntries,
    UnresolvedSeconds: swept.unresolvedSeconds,
  });
  return swept;
};
