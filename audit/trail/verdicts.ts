/**
 * The verdicts on a file of the trail, in the words of `aws cloudtrail validate-logs` where it has them. The first
 * refusal that applies is reported.
 */

export const VERDICTS = {
  valid: 'valid',
  not_found: 'INVALID: not found',
  invalid_format: 'INVALID: invalid format',
  trailing_data: 'INVALID: unexpected data after end of compressed stream',
  too_large: 'INVALID: larger than this audit reads',
  moved: 'INVALID: has been moved from its original location',
  link_mismatch: 'INVALID: differs from what the next digest file recorded of it',
  unknown_public_key: 'INVALID: public key not found for its fingerprint',
  bad_public_key: 'INVALID: unable to load the public key of its fingerprint',
  signature_missing: 'INVALID: signature not available; keep the object metadata beside it',
  signature_failed: 'INVALID: signature verification failed',
  not_in_chain: 'INVALID: no digest file of the chain leads to it',
  hash_mismatch: "INVALID: hash value doesn't match",
  unlisted: 'INVALID: not listed in any valid digest file',
  unsealed: 'not yet listed in a digest file',
  unchecked: 'not checked, because CloudTrail did not list the public keys of its Region',
  foreign: 'INVALID: not a file that CloudTrail writes',
} as const;

export type Verdict = keyof typeof VERDICTS;

export interface FileVerdict {
  readonly file: 'digest' | 'log' | 'other';
  readonly key: string;
  readonly verdict: Verdict;
}

/** The line that `aws cloudtrail validate-logs` prints for this file. */
export function verdictLine({ file, key, verdict }: FileVerdict): string {
  const noun = { digest: 'Digest file', log: 'Log file', other: 'File' }[file];
  return `${noun}\t${key}\t${VERDICTS[verdict]}`;
}

/**
 * `unsealed` is not a refusal, because CloudTrail writes the digest of a log file up to an hour later; nor is `unchecked`,
 * which is a finding of the Region.
 */
export const isInvalid = ({ verdict }: Pick<FileVerdict, 'verdict'>): boolean =>
  verdict !== 'valid' && verdict !== 'unsealed' && verdict !== 'unchecked';
