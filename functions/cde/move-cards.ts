/** Runs every minute while there is a former PAN key: moves stored cards to the current key with KMS ReEncrypt. */
import type { Context } from 'aws-lambda';
import { type MoveReport, moveCards } from '../../shared/vault/move-cards.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';

const deps = makeDeps({ tables: ['Cards'], keys: ['PanKey', 'FormerPanKey'] }, makeKms());
/** Time reserved for the last cards and the log line. */
const RESERVE_MS = 10_000;

export const handler = async (_event: unknown, context: Context): Promise<MoveReport> => {
  const startMs = deps.clock.nowMs();
  const run = await moveCards(deps, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  const nowMs = deps.clock.nowMs();
  const fields = { event: 'move_cards', function: 'cde/move-cards', count: run.moved, failed: run.left };
  report('info', nowMs, { ...fields, duration_ms: nowMs - startMs }, { Runs: 1 });
  return run;
};
