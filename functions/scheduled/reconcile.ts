/**
 * Runs every half hour: audits the last hours of the trail against the ledger, and reports the differences in metrics.
 */
import type { Context } from 'aws-lambda';
import { type Watched, watchTrail, windowOf } from '../../audit/continuous.ts';
import { readHoney } from '../../shared/merchants/honey.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { trailOpener, trailResources } from '../runtime/trail.ts';

const deps = makeDeps({ tables: ['Ledger', 'Merchants'], keys: ['HoneyKey'] }, makeKms());
const resources = trailResources();
const open = trailOpener();
/** Time reserved for the metrics. */
const RESERVE_MS = 5_000;

export const handler = async (_event: unknown, context: Context): Promise<Watched> => {
  const startMs = deps.clock.nowMs();
  const honey = await readHoney(deps);
  const watched = await watchTrail(
    { deps, resources, honey, open },
    windowOf(startMs),
    startMs + context.getRemainingTimeInMillis() - RESERVE_MS,
  );
  const nowMs = deps.clock.nowMs();
  const fields = {
    event: 'reconcile',
    function: 'scheduled/reconcile',
    count: watched.decryptions,
    failed: watched.findings,
    duration_ms: nowMs - startMs,
  };
  report(watched.findings > 0 ? 'warn' : 'info', nowMs, fields, {
    Runs: 1,
    Decryptions: watched.decryptions,
    DecryptionsProven: watched.proven,
    DecryptionsInterrupted: watched.interrupted,
    DecryptionsInterruptedOverLimit: watched.interruptedOverLimit,
    DecryptionsClaimed: watched.claimed,
    DecryptionsUnexplained: watched.unexplained,
    DecryptionsUnseen: watched.decryptionsUnseen,
    TrailFilesBroken: watched.trailBroken,
    DigestsMissing: watched.digestsMissing,
    ...(watched.digestAgeSeconds !== undefined && { DigestAgeSeconds: watched.digestAgeSeconds }),
    HoneyTouched: watched.honeyTouched,
    EvidenceFindings: watched.findings,
  });
  return watched;
};
