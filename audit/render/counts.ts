/** The figures of a report's first page, computed once for all formats. */
import type { Evidence } from '../evidence.ts';
import { countFiles } from '../trail/files.ts';

export interface Counts {
  readonly decryptions: number;
  readonly proven: number;
  readonly provenByRights: number;
  readonly interrupted: number;
  readonly claimed: number;
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

export function countsOf({ access, integrity, reading }: Evidence): Counts {
  const { decryptions, proven, provenByRights, interrupted, denied } = access;
  const digests = countFiles(integrity.files, 'digest');
  const logs = countFiles(integrity.files, 'log');
  return {
    decryptions,
    proven,
    provenByRights,
    interrupted,
    claimed: access.claimed.total,
    unexplained: access.unexplained.total,
    denied,
    failed: access.refused.total - denied,
    digestsValid: digests.valid,
    digestsInvalid: digests.invalid,
    logsValid: logs.valid,
    logsInvalid: logs.invalid,
    logsUnsealed: logs.unsealed,
    recordsSkipped: Object.values(reading.skipped).reduce((sum, count) => sum + count, 0),
    duplicates: reading.duplicates,
  };
}
