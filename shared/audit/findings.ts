/**
 * What a report must bring up. One finding is enough for the report not to pass, so each is something that a vault in
 * order never shows; what the audit merely could not see yet is said in the report's last section instead.
 */

import { toRfc3339 } from '../base/clock.ts';
import type { Period } from './digest-chain.ts';
import { type LogKey, type LogTally, SKIP_REASONS } from './log-files.ts';
import type { Reconciliation } from './reconcile.ts';
import { type FileVerdict, isInvalid } from './verdicts.ts';

export const FINDINGS = {
  no_digests: 'The trail holds no valid digest file, so nothing proves its log files.',
  digest_invalid: 'A digest file is missing, altered, moved or not part of its chain.',
  chain_gap: 'Between two digest files CloudTrail sealed nothing: logging or validation was off.',
  log_invalid: 'A log file is missing, altered, or not one that CloudTrail sealed.',
  log_overdue: 'A log file is older than two hours and still not listed in a digest file.',
  file_foreign: 'The trail holds a file that CloudTrail does not write there.',
  records_unreadable: 'Records could not be read; a decryption could be among them.',
  decryption_unexplained: 'A card was decrypted without a charge that accounts for it.',
  re_encryption_unexplained: 'A card was re-encrypted otherwise than from a token to a card of the same merchant.',
  reveal_unseen: 'The vault recorded a decryption that the trail does not show.',
  charges_unreadable: 'Charges in the ledger could not be read, so their decryptions could not be matched.',
} as const;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** The reason within the code: a verdict, an `UnexplainedReason`, a skip reason. */
  readonly reason: string | undefined;
  /** What it is about: a file, an event or a charge. Ids and keys of objects only. */
  readonly subject: string;
  readonly atMs: number | undefined;
}

export const finding = (code: FindingCode, subject: string, reason?: string, atMs?: number): Finding => ({
  code,
  reason,
  subject,
  atMs,
});

/** CloudTrail seals hourly and may be late; after this a log file without a digest is a finding. */
const SEAL_DUE_MS = 2 * 60 * 60_000;

export interface Integrity {
  readonly verdicts: readonly FileVerdict[];
  readonly gaps: readonly Period[];
  readonly proven: Period | undefined;
  readonly logs: readonly LogKey[];
  readonly tally: LogTally;
}

/** V12: whatever is changed, missing, reordered or unreadable in the trail. */
export function integrityFindings(integrity: Integrity, nowMs: number): Finding[] {
  const { verdicts, gaps, proven, logs, tally } = integrity;
  const codes = { digest: 'digest_invalid', log: 'log_invalid', other: 'file_foreign' } as const;
  const invalid = verdicts.filter(isInvalid).map(({ file, key, verdict }) => finding(codes[file], key, verdict));
  const unsealed = new Set(verdicts.filter(({ verdict }) => verdict === 'unsealed').map(({ key }) => key));
  const overdue = logs.filter(({ key, timeMs }) => unsealed.has(key) && (timeMs ?? 0) + SEAL_DUE_MS < nowMs);
  const unreadable = SKIP_REASONS.filter((reason) => tally.skipped[reason] > 0);
  return [
    ...(proven === undefined ? [finding('no_digests', '')] : []),
    ...invalid,
    ...gaps.map((gap) => finding('chain_gap', toRfc3339(gap.fromMs), undefined, gap.toMs)),
    ...overdue.map(({ key, timeMs }) => finding('log_overdue', key, undefined, timeMs)),
    ...unreadable.map((reason) => finding('records_unreadable', String(tally.skipped[reason]), reason)),
  ];
}

/** V5: decryptions without a reason, and reasons without a decryption. `dueMs`: what is older must be in the trail. */
export function cardFindings(reconciliation: Reconciliation, period: Period, dueMs: number): Finding[] {
  const unexplained = reconciliation.decryptions.flatMap(({ event, explanation }) =>
    explanation.kind === 'unexplained'
      ? finding('decryption_unexplained', event.eventId, explanation.reason, event.timeMs)
      : [],
  );
  const moved = reconciliation.unexplainedReEncryptions.map(({ event, reason }) =>
    finding('re_encryption_unexplained', event.eventId, reason, event.timeMs),
  );
  const unseen = reconciliation.unseenReveals
    .filter(({ atMs }) => atMs >= period.fromMs && atMs <= period.toMs && atMs < dueMs)
    .map(({ chargeId, key, atMs }) => finding('reveal_unseen', chargeId, key, atMs));
  return [...unexplained, ...moved, ...unseen];
}
