/**
 * Repeats the audit over the last hours and returns numbers that alarms watch (PCI DSS 4.0.1 10.4.1.1, 10.7.2). The
 * window of each run overlaps earlier ones, so a later run sees an event that CloudTrail delivers late, and no state is
 * kept between runs. review.ts sees to what is delivered later than that.
 */
import type { Deps } from '../shared/base/deps.ts';
import type { HoneyRecord } from '../shared/base/honey.ts';
import { type AuditDeps, audit } from './audit.ts';
import type { Evidence } from './evidence.ts';
import type { FindingCode } from './finding.ts';
import { readReasons } from './reasons/ledger-reader.ts';
import { homeSealedToMs } from './trail/coverage.ts';
import type { Period } from './trail/digest-chain.ts';
import type { VaultResources } from './trail/events.ts';

const HOUR_MS = 60 * 60_000;
const WINDOW_MS = 2 * HOUR_MS;
/** CloudTrail delivers within about fifteen minutes; a younger decryption may not be in the trail yet. */
const DELIVERY_LAG_MS = 20 * 60_000;

/** The deadline passed before the window was read, so the run has no result. */
export class TimeUp extends Error {
  override readonly name = 'TimeUp';
}

export interface ContinuousDeps {
  readonly deps: Deps;
  readonly resources: VaultResources;
  readonly honey: readonly HoneyRecord[];
  /** The trail of a period, and the public keys of its digests. */
  open(period: Period): Promise<Pick<AuditDeps, 'trail' | 'publicKeys' | 'keySource'>>;
}

/** The result of a run; each number is a metric of shared/base/metrics.ts. */
export interface Watched {
  readonly decryptions: number;
  readonly proven: number;
  readonly interrupted: number;
  readonly interruptedOverLimit: number;
  readonly claimed: number;
  readonly unexplained: number;
  readonly decryptionsUnseen: number;
  /** Files of the trail that are missing or differ from what CloudTrail signed, and unreadable records. */
  readonly trailBroken: number;
  /** Periods without a digest, and trails that should not be there. */
  readonly digestsMissing: number;
  /** Since the end of the newest valid digest of the vault's Region; undefined without one. */
  readonly digestAgeSeconds: number | undefined;
  readonly honeyTouched: number;
  /** All findings, those above included. */
  readonly findings: number;
}

const BROKEN: readonly FindingCode[] = [
  'public_key_differs',
  'digest_invalid',
  'log_invalid',
  'log_overdue',
  'file_foreign',
  'records_unreadable',
];

/** Four runs look at each event. */
export const windowOf = (nowMs: number): Period => ({ fromMs: nowMs - WINDOW_MS, toMs: nowMs });

/** Throws TimeUp at the deadline, and TrailError where the trail cannot be read. */
export async function watchTrail(from: ContinuousDeps, period: Period, deadlineMs: number): Promise<Watched> {
  const { clock } = from.deps;
  const source = await from.open(period);
  const evidence = await audit(
    {
      clock,
      ...source,
      resources: from.resources,
      honey: from.honey,
      readReasons: (wanted) => readReasons(from.deps, wanted),
      progress: () => {
        if (clock.nowMs() >= deadlineMs) throw new TimeUp('the window was not read in time');
      },
    },
    { ...period, mayBeNew: true, deliveryLagMs: DELIVERY_LAG_MS },
  );
  return watchedOf(evidence, clock.nowMs());
}

function watchedOf({ access, findings, integrity, honey }: Evidence, nowMs: number): Watched {
  const sealedToMs = homeSealedToMs(integrity.coverage);
  const count = (...codes: readonly FindingCode[]) =>
    codes.reduce((sum, code) => sum + (findings.byCode[code] ?? 0), 0);
  return {
    decryptions: access.decryptions,
    proven: access.proven,
    interrupted: access.interrupted,
    interruptedOverLimit: Math.max(0, access.interrupted - access.interruptedMax),
    claimed: access.claimed.total,
    unexplained: count('decryption_unexplained', 're_encryption_unexplained'),
    decryptionsUnseen: count('decryption_unseen'),
    trailBroken: count(...BROKEN),
    digestsMissing: count('no_digests', 'trail_differs', 'coverage_hole', 'chain_gap'),
    digestAgeSeconds: sealedToMs && Math.max(0, Math.round((nowMs - sealedToMs) / 1_000)),
    honeyTouched: honey.touches.total,
    findings: findings.total,
  };
}
