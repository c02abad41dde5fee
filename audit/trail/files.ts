/** Counts the verdicts on a trail's files, keeps the first refusals for the report, and passes all to the appendix. */
import type { AppendixSink, Table } from '../base/appendix.ts';
import { type Bounded, BoundedList } from '../base/bounded.ts';
import { type FileVerdict, isInvalid, VERDICTS, type Verdict } from './verdicts.ts';

export type FileKind = FileVerdict['file'];

export interface FileEvidence {
  readonly counts: Readonly<Record<FileKind, Readonly<Partial<Record<Verdict, number>>>>>;
  /** Files with a verdict that is a finding. */
  readonly invalid: Bounded<FileVerdict>;
  /** Log files without a digest yet: newer than the last one, or overdue. */
  readonly unsealed: Bounded<FileVerdict>;
}

export const FILES: Table<FileVerdict> = {
  name: 'files',
  columns: { kind: ({ file }) => file, key: ({ key }) => key, verdict: ({ verdict }) => VERDICTS[verdict] },
};

const MAX_LISTED = 1_000;

export class FileBook {
  readonly #appendix: AppendixSink;
  readonly #counts: Record<FileKind, Partial<Record<Verdict, number>>> = { digest: {}, log: {}, other: {} };
  readonly #invalid = new BoundedList<FileVerdict>(MAX_LISTED);
  readonly #unsealed = new BoundedList<FileVerdict>(MAX_LISTED);

  constructor(appendix: AppendixSink) {
    this.#appendix = appendix;
  }

  add(found: FileVerdict): void {
    const { file, verdict } = found;
    const counts = this.#counts[file];
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    if (isInvalid(found)) this.#invalid.add(found);
    else if (verdict === 'unsealed') this.#unsealed.add(found);
    this.#appendix(FILES, found);
  }

  finish(): FileEvidence {
    return { counts: this.#counts, invalid: this.#invalid, unsealed: this.#unsealed };
  }
}

/** How many files of a kind are valid, invalid or not yet sealed. */
export function countFiles(
  { counts }: FileEvidence,
  file: FileKind,
): { valid: number; invalid: number; unsealed: number } {
  const { valid = 0, unsealed = 0, unchecked: _, ...others } = counts[file];
  return { valid, unsealed, invalid: Object.values(others).reduce((sum, count) => sum + count, 0) };
}
