/** Runs every half hour: reviews each hour of the trail that has come whole, once, and keeps what it found. */
import type { Context } from 'aws-lambda';
import type { Watched } from '../../audit/continuous.ts';
import { type Reviewed, reviewHours } from '../../audit/review.ts';
import { readHoney } from '../../shared/merchants/honey.ts';
import { makeDeps, report } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { makeStore, trailOpener, trailResources } from '../runtime/trail.ts';

const deps = makeDeps({ tables: ['Ledger', 'Merchants'], keys: ['HoneyKey'] }, makeKms());
const from = { deps, resources: trailResources(), open: trailOpener(), store: makeStore() };
/** Time reserved for the last object and the metrics. */
const RESERVE_MS = 15_000;

export const handler = async (_event: unknown, context: Context): Promise<Reviewed> => {
  const startMs = deps.clock.nowMs();
  const honey = await readHoney(deps);
  const reviewed = await reviewHours({ ...from, honey }, startMs + context.getRemainingTimeInMillis() - RESERVE_MS);
  const sum = (name: keyof Watched) => reviewed.found.reduce((total, hour) => total + (hour[name] ?? 0), 0);
  const nowMs = deps.clock.nowMs();
  const fields = {
    event: 'review_hours',
    function: 'scheduled/review-hours',
    count: reviewed.found.length,
    failed: sum('findings'),
    duration_ms: nowMs - startMs,
  };
  report(sum('findings') > 0 ? 'warn' : 'info', nowMs, fields, {
    Runs: 1,
    ReviewBehindSeconds: reviewed.behindSeconds,
    DecryptionsUnexplained: sum('unexplained'),
    DecryptionsUnseen: sum('decryptionsUnseen'),
    TrailFilesBroken: sum('trailBroken'),
    DigestsMissing: sum('digestsMissing'),
    HoneyTouched: sum('honeyTouched'),
    EvidenceFindings: sum('findings'),
  });
  return reviewed;
};
