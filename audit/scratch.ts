/**
 * Groups rows from a whole trail by record (a token's hash or a card's id), on disk in 256 parts. All rows of one
 * record are in one part, so the parts are judged one by one. An audit needs the memory of its largest part, about
 * 1/256 of all rows (0.5 kB a row on disk).
 *
 * The rows hold no card data: ids, hashes, times and CloudTrail's facts about callers. The folder belongs to the
 * process (mode 0700) and is removed at the end of the audit.
 */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PARTS = 256;
/** Buffered per part before it is written; 4 MB in all, so a small audit never touches the disk. */
const BUFFER_CHARS = 16 * 1024;

interface Part {
  lines: string[];
  chars: number;
}

/** Rows are written as JSON, so they must be plain data. */
export class Scratch<Row> implements Disposable {
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => ({ lines: [], chars: 0 }));
  readonly #parent: string;
  #folder: string | undefined;

  constructor(parent = tmpdir()) {
    this.#parent = parent;
  }

  add(record: string, row: Row): void {
    const number = partOf(record);
    const part = this.#parts[number];
    if (part === undefined) throw new RangeError('no such part');
    const line = JSON.stringify(row);
    part.lines.push(line);
    part.chars += line.length;
    if (part.chars >= BUFFER_CHARS) this.#flush(part, number);
  }

  /** The rows of each part in the order they were added; each part is yielded once and then freed. */
  *parts(): Generator<readonly Row[]> {
    for (const [number, part] of this.#parts.entries()) {
      const path = this.#pathOf(number);
      const stored = path !== undefined && existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
      const lines = [...stored.filter((line) => line !== ''), ...part.lines];
      part.lines = [];
      if (lines.length > 0) yield lines.map((line) => JSON.parse(line) as Row);
    }
  }

  [Symbol.dispose](): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #flush(part: Part, number: number): void {
    this.#folder ??= mkdtempSync(join(this.#parent, 'fuda-audit-'));
    appendFileSync(join(this.#folder, String(number)), `${part.lines.join('\n')}\n`, { mode: 0o600 });
    part.lines = [];
    part.chars = 0;
  }

  #pathOf(number: number): string | undefined {
    return this.#folder === undefined ? undefined : join(this.#folder, String(number));
  }
}

/** FNV-1a, because only an even spread matters. */
function partOf(record: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < record.length; index += 1) {
    hash = Math.imul(hash ^ record.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % PARTS;
}
