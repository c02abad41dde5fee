/** Derives the findings (finding.ts) from the evidence. */
import { toRfc3339 } from '../shared/base/clock.ts';
import { type Bounded, BoundedList } from './base/bounded.ts';
import { common, type Period } from './base/periods.ts';
import type { ErasureEvidence } from './erasure/erasure.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, type FindingCode, type Findings, finding } from './finding.ts';
import type { AccessEvidence } from './reasons/access.ts';
import type { ExplainedDecryption } from './reasons/reconcile.ts';
import { SEAL_DUE_MS } from './trail/coverage.ts';
import { SKIP_REASONS } from './trail/log-files.ts';
import { readTrailKey } from './trail/trail-keys.ts';
import { isInvalid } from './trail/verdicts.ts';
import type { WatchEvidence } from './watch/watch.ts';
import type { Matched, WitnessEvidence } from './witness/evidence.ts';

/** Per code, so that a flood of one cannot hide another; `total` and `byCode` count all. */
const MAX_LISTED = 200;

/** The evidence before it is judged. */
type Found = Omit<Evidence, 'findings' | 'unusedAnswers' | 'verdict' | 'passed'>;

/** All findings of the evidence, in the order of FINDINGS. */
export function findingsOf(evidence: Found): Findings {
  const lists = [
    ...keyFindings(evidence.sources),
    ...integrityFindings(evidence),
    ...accessFindings(evidence.access),
    counted(
      'reasons_unreadable',
      evidence.sources.unreadableReasons > 0 ? [String(evidence.sources.unreadableReasons)] : [],
    ),
    ...erasureFindings(evidence.erasure),
    coded('honey_touched', evidence.honey.touches, ({ record, event }) => ({
      subject: event.eventId,
      reason: record,
      atMs: event.timeMs,
    })),
    ...witnessFindings(evidence.witness),
    ...watchFindings(evidence.watch),
  ];
  const byCode: Partial<Record<FindingCode, number>> = {};
  for (const { code, list } of lists) if (list.total > 0) byCode[code] = (byCode[code] ?? 0) + list.total;
  return {
    items: lists.flatMap(({ list }) => list.items.slice(0, MAX_LISTED)),
    total: lists.reduce((sum, { list }) => sum + list.total, 0),
    byCode,
    answered: 0,
  };
}

interface Coded {
  readonly code: FindingCode;
  readonly list: Bounded<Finding>;
}

const coded = <T>(code: FindingCode, found: Bounded<T>, make: (item: T) => Omit<Finding, 'code'>): Coded => ({
  code,
  list: { items: found.items.map((item) => ({ code, ...make(item) })), total: found.total },
});

const whole = <T>(items: readonly T[]): Bounded<T> => ({ items, total: items.length });

const counted = (code: FindingCode, subjects: readonly string[], reason?: string): Coded => {
  const list = new BoundedList<Finding>(MAX_LISTED);
  for (const subject of subjects) list.add(finding(code, subject, reason));
  return { code, list };
};

/** V12: everything changed, missing, reordered or unreadable in the trail. */
function integrityFindings({ integrity, reading, generatedAtMs, period }: Found): Coded[] {
  const { invalid, unsealed, counts } = integrity.files;
  const codes = { digest: 'digest_invalid', log: 'log_invalid', other: 'file_foreign' } as const;
  const files = (['digest', 'log', 'other'] as const).map((kind) => {
    const items = invalid.items.filter(({ file }) => file === kind);
    const total = Object.entries(counts[kind]).reduce(
      (sum, [verdict, count]) => (isInvalid({ verdict: verdict as keyof typeof counts.log }) ? sum + count : sum),
      0,
    );
    return coded(codes[kind], { items, total }, ({ key, verdict }) => ({
      subject: key,
      reason: verdict,
      atMs: undefined,
    }));
  });
  const overdue = unsealed.items.flatMap(({ key }) => {
    const named = readTrailKey(key);
    const timeMs = named.kind === 'log' ? (named.timeMs ?? 0) : 0;
    return timeMs + SEAL_DUE_MS < generatedAtMs ? [{ subject: key, reason: undefined, atMs: timeMs }] : [];
  });
  return [
    ...coverageFindings(integrity, period),
    ...files,
    coded('chain_gap', integrity.gaps, (gap) => ({
      subject: toRfc3339(gap.fromMs),
      reason: gap.chain,
      atMs: gap.toMs,
    })),
    coded('log_overdue', whole(overdue), (item) => item),
    ...SKIP_REASONS.filter((reason) => reading.skipped[reason] > 0).map((reason) =>
      counted('records_unreadable', [String(reading.skipped[reason])], reason),
    ),
  ];
}

/** V12: public keys that are not what they are listed as, and Regions that listed none. */
const keyFindings = ({ publicKeys }: Evidence['sources']): Coded[] => [
  coded('public_key_differs', whole(publicKeys.misnamed), ({ stated, computed }) => ({
    subject: stated,
    reason: computed,
    atMs: undefined,
  })),
  counted('keys_refused', publicKeys.refusedRegions),
];

/** V12: what digests do not prove of the accounts, Regions and times that they must. */
function coverageFindings({ coverage, gaps }: Evidence['integrity'], period: Period): Coded[] {
  const { scopes, otherTrails } = coverage;
  const proves = ({ covered }: (typeof scopes)[number]): boolean => common(covered, [period]).length > 0;
  const unproven = scopes.filter((scope) => !proves(scope)).map(({ scope }) => scope);
  // A gap between two digests is a finding already.
  const isGap = (hole: Period, chain: string | undefined): boolean =>
    gaps.items.some((gap) => gap.chain === chain && gap.fromMs <= hole.fromMs && hole.toMs <= gap.toMs);
  const holes = scopes
    .filter(proves)
    .flatMap(({ scope, chain, holes: all }) =>
      all.filter((hole) => !isGap(hole, chain)).map((hole) => ({ scope, ...hole })),
    );
  return [
    counted('no_digests', scopes.length === 0 ? [''] : unproven),
    counted('trail_differs', otherTrails),
    coded('coverage_hole', whole(holes), ({ scope, fromMs, toMs }) => ({
      subject: toRfc3339(fromMs),
      reason: scope,
      atMs: toMs,
    })),
  ];
}

/** V5: decryptions without a proven reason, and reasons without a decryption. */
function accessFindings(access: AccessEvidence): Coded[] {
  const { claimed, unexplained, unexplainedReEncryptions, unseenDecryptions, interrupted, interruptedMax } = access;
  const ofDecryption = ({ event, explanation }: ExplainedDecryption) => ({
    subject: event.eventId,
    reason: 'reason' in explanation ? explanation.reason : undefined,
    atMs: event.timeMs,
  });
  return [
    coded('decryption_claimed', claimed, ofDecryption),
    coded('decryption_unexplained', unexplained, ofDecryption),
    counted('interrupted_over_limit', interrupted > interruptedMax ? [`${interrupted} > ${interruptedMax}`] : []),
    coded('re_encryption_unexplained', unexplainedReEncryptions, ({ event, explanation }) => ({
      subject: event.eventId,
      reason: explanation.kind === 'unexplained' ? explanation.reason : undefined,
      atMs: event.timeMs,
    })),
    coded('decryption_unseen', unseenDecryptions, ({ reasonId, key, atMs }) => ({
      subject: reasonId,
      reason: key,
      atMs,
    })),
  ];
}

/** V2: ciphertext that was not erased, or not shown to be. */
function erasureFindings(erasure: ErasureEvidence): Coded[] {
  const { unseen, undone, late, afterResponse, residue } = erasure;
  const ofErasure = ({ record, reasonId, erasedAtMs }: ErasureEvidence['late']['items'][number]) => ({
    subject: record,
    reason: reasonId,
    atMs: erasedAtMs,
  });
  return [
    counted('erasure_unrecorded', erasure.isUnrecorded ? [''] : []),
    coded(
      'erasure_unseen',
      erasure.isUnrecorded ? { items: [], total: 0 } : unseen,
      ({ record, reasonId, madeAtMs }) => ({
        subject: record,
        reason: reasonId,
        atMs: madeAtMs,
      }),
    ),
    coded('erasure_undone', undone, ({ record, reasonId, atMs }) => ({ subject: record, reason: reasonId, atMs })),
    coded('erasure_late', late, ofErasure),
    coded('erasure_after_response', afterResponse, ofErasure),
    coded('ciphertext_overdue', residue?.overdue ?? { items: [], total: 0 }, ({ record, expiresAtMs }) => ({
      subject: record,
      reason: undefined,
      atMs: expiresAtMs,
    })),
  ];
}

/** V5: charges that only the vault knows, and payments that only the processor knows. */
function witnessFindings(witness: WitnessEvidence | undefined): Coded[] {
  if (witness === undefined) return [];
  const ofMatch = ({ reference, verdict, row, recorded }: Matched) => ({
    subject: reference,
    reason: verdict,
    atMs: row?.timeMs ?? recorded?.atMs,
  });
  return [
    coded('charge_unlisted', witness.unlisted, ofMatch),
    coded('listing_unknown', witness.unknown, ofMatch),
    coded('listing_differs', witness.differing, ofMatch),
  ];
}

const watchFindings = ({ broken }: WatchEvidence): Coded[] => [
  coded('watch', broken, ({ rule, event }) => ({ subject: event.eventId, reason: rule, atMs: event.timeMs })),
];
