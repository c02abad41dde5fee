/**
 * Stores the vault's recorded decryptions beside the trail, one object per hour, once. The bucket's lock prevents later
 * changes, so no reason can be invented afterwards. Queries over years join the two. An hour is written after every
 * charge begun in it has ended; a later run writes an hour that one misses.
 */
import { createGzip, type Gzip } from 'node:zlib';
import { ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { Deps } from '../../shared/base/deps.ts';
import type { VaultResources } from '../trail/events.ts';
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

const HOUR_MS = 60 * 60_000;
/** The sweep resolves interrupted work within minutes; two hours allow for its own failures. */
const RESOLVED_AFTER_MS = 2 * HOUR_MS;
/** How far back a run looks for missing hours. */
const LOOK_BACK_HOURS = 48;
/** How far back a run starts where the last two days have no export. */
const FIRST_HOURS = 3;
/** Per object, so that a busy hour needs bounded memory. */
const ROWS_PER_OBJECT = 100_000;

/** Where the list is stored, and the roles and place that its rows name. */
interface ExportStore {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly resources: VaultResources;
}

export async function exportDecryptions(deps: Deps, store: ExportStore, deadlineMs: number): Promise<DecryptionExport> {
  const due = await hoursDue(store, deps.clock.nowMs());
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

/** `decryptions/2026/11/25/07-000.ndjson.gz`; the folder of the day is the partition of the table. */
const keyOf = (hourMs: number, part: number): string => {
  const time = new Date(hourMs).toISOString();
  const day = time.slice(0, 10).replaceAll('-', '/');
  return `decryptions/${day}/${time.slice(11, 13)}-${String(part).padStart(3, '0')}.ndjson.gz`;
};

/**
 * Past hours without an object, oldest first, from the first exported one on. The first part of an hour is written
 * last, so its presence means the hour is complete.
 */
async function hoursDue({ s3, bucket }: { s3: S3Client; bucket: string }, nowMs: number): Promise<number[]> {
  const lastMs = Math.floor((nowMs - RESOLVED_AFTER_MS) / HOUR_MS) * HOUR_MS - HOUR_MS;
  const hoursBack = (count: number) =>
    Array.from({ length: count }, (_, index) => lastMs - (count - 1 - index) * HOUR_MS);
  const hours = hoursBack(LOOK_BACK_HOURS);
  const present = await exportedSince({ s3, bucket }, hours[0] ?? lastMs);
  const first = hours.findIndex((hourMs) => present.has(keyOf(hourMs, 0)));
  if (first < 0) return hoursBack(FIRST_HOURS);
  return hours.slice(first).filter((hourMs) => !present.has(keyOf(hourMs, 0)));
}

async function exportedSince({ s3, bucket }: { s3: S3Client; bucket: string }, hourMs: number): Promise<Set<string>> {
  const present = new Set<string>();
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: 'decryptions/',
        StartAfter: keyOf(hourMs, 0).slice(0, -'-000.ndjson.gz'.length),
        ...(token !== undefined && { ContinuationToken: token }),
      }),
    );
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) present.add(Key);
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return present;
}

async function writeHour(deps: Deps, store: ExportStore, hourMs: number) {
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
      if (parts.length > 1) await put(store, keyOf(hourMs, parts.length - 1), part);
      part = new Part();
      parts.push(part);
    }
    for (const row of decryptionRows(reason, store.resources)) await part.add(row);
  }
  const last = parts.at(-1);
  if (parts.length > 1 && last !== undefined) await put(store, keyOf(hourMs, parts.length - 1), last);
  await put(store, keyOf(hourMs, 0), parts[0] as Part);
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

/** Writes an object only where none exists, so that a second run changes nothing. */
async function put({ s3, bucket }: { s3: S3Client; bucket: string }, key: string, part: Part): Promise<void> {
  try {
    const Body = await part.bytes();
    await s3.send(
      new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentType: 'application/gzip', IfNoneMatch: '*' }),
    );
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'PreconditionFailed') throw error;
  }
}
