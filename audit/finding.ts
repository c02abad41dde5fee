/**
 * The findings of a report. One is enough for the report to fail, so each is something that a correct vault never
 * shows. What the audit could not see yet is in the report's last section instead.
 */
import type { Bounded } from './base/bounded.ts';

export const FINDINGS = {
  public_key_differs: 'A listed public key is not the one of its fingerprint; it was not used.',
  keys_refused: 'CloudTrail did not list the public keys of a Region, so that its digest files could not be checked.',
  no_digests:
    'No valid digest file seals any of the period in an account and Region that the trail must cover, so nothing proves its log files there.',
  trail_differs: 'The trail holds digest files of another trail than the one that was stated.',
  coverage_hole:
    'For a part of the period no valid digest file stands in an account and Region that the trail must cover.',
  digest_invalid: 'A digest file is missing, altered, moved or not part of its chain.',
  chain_gap:
    'A chain of digest files begins again: logging or validation was off, or the trail was made anew, and CloudTrail sealed nothing between.',
  log_invalid: 'A log file is missing, altered, or not one that CloudTrail sealed.',
  log_overdue: 'A log file is older than two hours and still not listed in a digest file.',
  file_foreign: 'The trail holds a file that CloudTrail does not write there.',
  records_unreadable: 'Records could not be read; a decryption could be among them.',
  decryption_claimed: 'Only the ledger names a reason for a decryption: AWS’s records do not show it in its order.',
  decryption_unexplained: 'A card was decrypted without a recorded reason that accounts for it.',
  interrupted_over_limit: 'More decryptions belong to interrupted work than the report allows.',
  re_encryption_unexplained:
    'A card was re-encrypted otherwise than from a spent token to the stored card made of it, or to a later key.',
  decryption_unseen: 'The vault recorded a decryption that the trail does not show.',
  reasons_unreadable: 'Items of the ledger could not be read, so decryptions for them could not be matched.',
  erasure_unrecorded: 'The trail holds no data events of the one-time table, so it proves no erasure.',
  erasure_unseen: 'A token was spent or expired and the trail shows no write that erased it.',
  erasure_undone: 'An erased token was written again, and may have held ciphertext after that.',
  erasure_late: 'A token kept its ciphertexts for longer than any token may live.',
  erasure_after_response: 'A token was erased only after the processor had responded.',
  ciphertext_overdue: 'Expired tokens still hold ciphertext.',
  honey_touched: 'A planted card or token was read, charged, decrypted or changed.',
  charge_unlisted: 'The ledger has a charge or refund that its processor does not list.',
  listing_unknown: 'A processor lists a payment that the ledger does not have.',
  listing_differs: 'A processor lists another amount, currency or state than the ledger, or lists the same twice.',
  watch: 'Something was done that could blind the audit, widen access to cards or keep copies of them.',
} as const;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** The reason within the code: a verdict, an `UnexplainedReason`, a skip reason, a watch rule, a record. */
  readonly reason: string | undefined;
  /** The file, event, record or charge it is about; ids and keys of objects only. */
  readonly subject: string;
  readonly atMs: number | undefined;
  /** What a person said of it. */
  readonly answer?: FindingAnswer | undefined;
}

/** A finding as an answer names it; `at` in RFC 3339. */
export interface NamedFinding {
  readonly code: string;
  readonly reason: string | null;
  readonly subject: string;
  readonly at: string | null;
}

export interface FindingAnswer {
  readonly finding: NamedFinding;
  /** In the words of the person. */
  readonly reason: string;
  readonly answeredAtMs: number;
  /** SHA-256 of the public key that signed it. */
  readonly signer: string;
}

export interface Findings extends Bounded<Finding> {
  readonly byCode: Readonly<Partial<Record<FindingCode, number>>>;
  /** How many of them have an answer. */
  readonly answered: number;
}

export const finding = (code: FindingCode, subject: string, reason?: string, atMs?: number): Finding => ({
  code,
  reason,
  subject,
  atMs,
});
