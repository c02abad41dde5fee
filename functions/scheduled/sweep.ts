/** Every minute: erases what expired, settles what was left unsettled. */
import type { Context } from 'aws-lambda';
import { logLine } from '../../shared/base/log.ts';
import { type SweepReport, sweep } from '../../shared/sweep/sweep.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';

const deps = makeDeps({ tables: ['Tokens', 'Ledger', 'Merchants', 'Simulator'], keys: ['SecretKey'] }, makeKms());
/** Time kept back for the last records and the log line. */
const RESERVE_MS = 10_000;

export const handler = async (_event: unknown, context: Context): Promise<SweepReport> => {
  const startMs = deps.clock.nowMs();
  const report = await sweep(deps, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  const nowMs = deps.clock.nowMs();
  const line = logLine('info', nowMs, {
    event: 'sweep',
    count: report.erasedTokens + report.settledEntries,
    failed: report.left,
    duration_ms: nowMs - startMs,
  });
  process.stdout.write(`${line}\n`);
  return report;
};
