/**
 * Stores the vault's recorded decryptions beside the trail, one object per hour, once. The bucket's lock prevents later
 * changes, so no reason can be invented afterwards. Queries over years join the two. An hour is written after every
 * charge begun in it has ended; a later run writes an hour that one misses.
 */
import { createGzip, type Gzip } from 'node:zlib';
import type { Deps } from '../../shared/base/deps.ts';
import { HOUR_MS, type HourlyStore, type HourlyWork, hourName, hoursDue, putOnce } from '../base/hourly.ts';
import { decryptionRows } from './decryption-rows.ts';
import { readReasons } from './ledger-reader.ts';

export interface DecryptionExport {
  /** Hours written by this run. */
  readonly hours: number;
  readonly reasons: number;
  /** Items of an unknown kind; their decryptions will show as unexplained. */
  readonly unreadable: number;
  /** Hours not written yet, because the time was up. */
  readonly left: number;
}

/** The sweep resolves interrupted work within minutes; two hours allow for its own failures. */
const RESOLVED_AFTER_MS = 2 * HOUR_MS;
/** The first part of an hour is written last, so its presence means the hour is complete. */
const EXPORT = {
  folder: 'decryptions',
  suffix: '-000.ndjson.gz',
  dueAfterMs: RESOLVED_AFTER_MS,
  lookBackHours: 48,
  firstHours: 3,
} as const satisfies HourlyWork;
/** Per object, so that a busy hour needs bounded memory. */
const ROWS_PER_OBJECT = 100_000;

export async function exportDecryptions(deps: Deps, store: HourlyStore, deadlineMs: number): Promise<DecryptionExport> {
  const { hours: due } = await hoursDue(store, EXPORT, deps.clock.nowMs());
  let [hours, reasons, unreadable] = [0, 0, 0];
  for (const hourMs of due) {
    if (deps.clock.nowMs() >= deadlineMs) break;
    const written = await writeHour(deps, store, hourMs);
    hours += 1;
    reasons += written.reasons;
    unreadable += written.unreadable;
  }
  return { hours, reasons, unreadable, left: due.length - hours };
}

/** `decryptions/2026/11/25/07-000.ndjson.gz`. */
async function put(store: HourlyStore, hourMs: number, part: number, rows: Part): Promise<void> {
  const key = `${hourName('decryptions', hourMs)}-${String(part).padStart(3, '0')}.ndjson.gz`;
  await putOnce(store, key, await rows.bytes(), 'application/gzip');
}

async function writeHour(deps: Deps, store: HourlyStore, hourMs: number) {
  const counts = { reasons: 0, unreadable: 0 };
  const parts: Part[] = [new Part()];
  for await (const reason of readReasons(deps, { fromMs: hourMs, toMs: hourMs + HOUR_MS - 1 })) {
    if (reason === undefined) {
      counts.unreadable += 1;
      continue;
    }
    counts.reasons += 1;
    let part = parts.at(-1) as Part;
    if (part.rows >= ROWS_PER_OBJECT) {
      if (parts.length > 1) await put(store, hourMs, parts.length - 1, part);
      part = new Part();
      parts.push(part);
    }
    for (const row of decryptionRows(reason)) await part.add(row);
  }
  const last = parts.at(-1);
  if (parts.length > 1 && last !== undefined) await put(store, hourMs, parts.length - 1, last);
  await put(store, hourMs, 0, parts[0] as Part);
  return counts;
}

/** Collects the rows of one object. */
class Part {
  readonly #gzip: Gzip = createGzip();
  readonly #chunks: Buffer[] = [];
  readonly #ended: Promise<void>;
  rows = 0;

  constructor() {
    this.#gzip.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    this.#ended = new Promise((resolve, reject) => this.#gzip.once('end', resolve).once('error', reject));
  }

  async add(row: object): Promise<void> {
    this.rows += 1;
    if (!this.#gzip.write(`${JSON.stringify(row)}\n`))
      await new Promise((resolve) => this.#gzip.once('drain', resolve));
  }

  /** The object's bytes; frees the rows. */
  async bytes(): Promise<Buffer> {
    this.#gzip.end();
    await this.#ended;
    return Buffer.concat(this.#chunks.splice(0));
  }
}
