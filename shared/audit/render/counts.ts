/** The figures of a report's first page, counted once for every form of the report. */
import type { Evidence } from '../audit.ts';
import type { KeyEvent } from '../events.ts';
import { isInvalid } from '../verdicts.ts';

export interface Counts {
  readonly decryptions: number;
  readonly matched: number;
  readonly interrupted: number;
  readonly unexplained: number;
  readonly denied: number;
  readonly failed: number;
  readonly digestsValid: number;
  readonly digestsInvalid: number;
  readonly logsValid: number;
  readonly logsInvalid: number;
  readonly logsUnsealed: number;
  readonly recordsSkipped: number;
  readonly duplicates: number;
}

/** Refused for lack of permission, as opposed to throttled, malformed or otherwise failed. */
export const isDenied = (event: KeyEvent): boolean => event.errorCode?.startsWith('AccessDenied') === true;

export function countsOf({ reconciliation, verdicts, logs }: Evidence): Counts {
  const { decryptions, refused } = reconciliation;
  const explained = (kind: string) => decryptions.filter(({ explanation }) => explanation.kind === kind).length;
  const files = (file: string) => verdicts.filter((verdict) => verdict.file === file);
  const valid = (file: string) => files(file).filter(({ verdict }) => verdict === 'valid').length;
  const denied = refused.filter(isDenied).length;
  return {
    decryptions: decryptions.length,
    matched: explained('matched'),
    interrupted: explained('interrupted'),
    unexplained: explained('unexplained'),
    denied,
    failed: refused.length - denied,
    digestsValid: valid('digest'),
    digestsInvalid: files('digest').filter(isInvalid).length,
    logsValid: valid('log'),
    logsInvalid: files('log').filter(isInvalid).length,
    logsUnsealed: verdicts.filter(({ verdict }) => verdict === 'unsealed').length,
    recordsSkipped: Object.values(logs.skipped).reduce((sum, count) => sum + count, 0),
    duplicates: logs.duplicates,
  };
}
