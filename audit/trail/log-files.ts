/**
 * Reads the trail's log files once: compares each with its hash in a signed digest, and yields its events. Files are
 * streamed, a record at a time. Unreadable parts are counted by reason, because a decryption could hide there.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { identityOf, readEvent, type TrailEvent, type VaultResources } from './events.ts';
import { type GzipEnd, gunzip } from './gunzip.ts';
import { type Cut, RecordSplitter } from './record-splitter.ts';
import type { TrailReader } from './trail-folder.ts';
import type { TrailKey } from './trail-keys.ts';
import type { FileVerdict, Verdict } from './verdicts.ts';

export type LogKey = Extract<TrailKey, { kind: 'log' }>;

/** The digests' statements: the hash of each log file, and until when each account and Region is sealed. */
export interface Seals {
  readonly sealed: ReadonlyMap<string, string>;
  readonly sealedToByScope: ReadonlyMap<string, number>;
  /** Accounts and Regions without public keys, so that no digest there says anything. */
  readonly uncheckedScopes: ReadonlySet<string>;
  /** False in a trail without digest files: then no log file can contradict one. */
  readonly hasDigests: boolean;
  /** How long after the time in its name a log file may be delivered, and so be in the next digest. */
  readonly deliveryLagMs: number;
}

export const SKIP_REASONS = ['bad_gzip', 'too_large', 'bad_json', 'bad_record', 'unknown_version'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What was read and what could not be; filled while events are read. */
export interface Reading {
  readonly files: number;
  readonly records: number;
  readonly skipped: Readonly<Record<SkipReason, number>>;
  /** CloudTrail delivers at least once; the second copy of an event is dropped. */
  readonly duplicates: number;
  /** Well-formed records that do not concern the vault. */
  readonly elsewhere: number;
}

/** `Reading` while it is counted; verdicts are reported one by one. */
export interface LogTally extends Reading {
  files: number;
  records: number;
  readonly skipped: Record<SkipReason, number>;
  duplicates: number;
  elsewhere: number;
  verdict(verdict: FileVerdict): void;
}

export const newLogTally = (verdict: (verdict: FileVerdict) => void): LogTally => ({
  files: 0,
  records: 0,
  skipped: { bad_gzip: 0, too_large: 0, bad_json: 0, bad_record: 0, unknown_version: 0 },
  duplicates: 0,
  elsewhere: 0,
  verdict,
});

/** Unpacked; real log files are a few megabytes. */
const MAX_LOG_BYTES = 128 * 1024 * 1024;
const DUPLICATE_WINDOW = 20_000;
/** Files open at once: the one that is read, and those after it, to have their first bytes in time. */
const OPEN_FILES = 8;
/** The time in a log file's name is to the minute. */
const NAME_RESOLUTION_MS = 60_000;

interface LogReading {
  readonly trail: TrailReader;
  readonly logs: readonly LogKey[];
  readonly seals: Seals;
  readonly resources: VaultResources;
  readonly tally: LogTally;
  /** Called before each file. */
  readonly report?: () => void;
}

/** Yields the events of a piece of a file together, because a step of an async generator costs as much as a record. */
export async function* readLogFiles(reading: LogReading): AsyncGenerator<readonly TrailEvent[]> {
  const { trail, logs, seals, resources, tally, report = () => {} } = reading;
  const seen = new RecentIds(DUPLICATE_WINDOW);
  for await (const [log, content] of openAhead(trail, logs)) {
    tally.files += 1;
    report();
    for await (const cuts of recordsOf(log, content, seals, tally)) {
      const events: TrailEvent[] = [];
      for (const cut of cuts) {
        tally.records += 1;
        const event = cut === 'bad_record' ? cut : readEvent(cut.record, resources, log.key);
        if (event === 'elsewhere') tally.elsewhere += 1;
        else if (typeof event === 'string') tally.skipped[event] += 1;
        else if (!seen.add(identityOf(event))) tally.duplicates += 1;
        else events.push(event);
      }
      yield events;
    }
  }
}

/**
 * Opens files in their order, the next ones while one is read, so that none waits for the response of S3. A file that
 * fails meanwhile fails where it is read.
 */
async function* openAhead(trail: TrailReader, logs: readonly LogKey[]): AsyncGenerator<readonly [LogKey, Readable]> {
  const open: (readonly [LogKey, Readable])[] = [];
  try {
    for (let next = 0; next < logs.length || open.length > 0; ) {
      for (; next < logs.length && open.length < OPEN_FILES; next += 1) {
        const log = logs[next] as LogKey;
        const content = trail.open(log.key).on('error', () => {});
        content.read(0);
        open.push([log, content]);
      }
      const first = open.shift();
      if (first !== undefined) yield first;
    }
  } finally {
    for (const [, content] of open) content.destroy();
  }
}

/** Yields the records of one file before its verdict is known, so that a truncated or altered file hides none. */
async function* recordsOf(
  log: LogKey,
  content: Readable,
  seals: Seals,
  tally: LogTally,
): AsyncGenerator<readonly Cut[]> {
  const hash = createHash('sha256');
  const splitter = new RecordSplitter();
  let byteLength = 0;
  const file: { end: GzipEnd | 'too_large' } = { end: 'cut_off' };
  const finish = (end: GzipEnd): void => {
    file.end = end;
  };
  for await (const chunk of gunzip(content, finish)) {
    byteLength += chunk.length;
    if (byteLength > MAX_LOG_BYTES) {
      file.end = 'too_large';
      break;
    }
    hash.update(chunk);
    yield splitter.take(chunk);
  }
  const { end } = file;
  const isDamaged = end === 'damaged' || end === 'cut_off';
  if (end === 'too_large') tally.skipped.too_large += 1;
  else if (!splitter.isWhole()) tally.skipped[isDamaged ? 'bad_gzip' : 'bad_json'] += 1;
  tally.verdict({ file: 'log', key: log.key, verdict: ENDS[end] ?? sealVerdict(log, hash.digest('hex'), seals) });
}

/**
 * Without `cut_off`: AWS's validator compares the hash of a truncated file's remaining content, and so does this one.
 */
const ENDS: Readonly<Partial<Record<GzipEnd | 'too_large', Verdict>>> = {
  damaged: 'invalid_format',
  trailing: 'trailing_data',
  too_large: 'too_large',
};

/** Log files that a digest lists and the trail does not hold. */
export function missingLogs(trail: TrailReader, { sealed }: Seals): FileVerdict[] {
  const missing = [...sealed.keys()].filter((key) => !trail.has(key));
  return missing.map((key) => ({ file: 'log', key, verdict: 'not_found' }));
}

function sealVerdict(log: LogKey, sha256: string, seals: Seals): Verdict {
  const promised = seals.sealed.get(log.key);
  if (promised !== undefined) return promised === sha256 ? 'valid' : 'hash_mismatch';
  if (!seals.hasDigests) return 'unsealed';
  if (seals.uncheckedScopes.has(log.scope)) return 'unchecked';
  const sealedToMs = seals.sealedToByScope.get(log.scope);
  const isNewer =
    sealedToMs !== undefined &&
    log.timeMs !== undefined &&
    log.timeMs + NAME_RESOLUTION_MS + seals.deliveryLagMs > sealedToMs;
  return isNewer ? 'unsealed' : 'unlisted';
}

/** Keeps at least the last `limit` ids, because copies arrive close together. */
class RecentIds {
  readonly #limit: number;
  #ids = new Set<string>();
  #older = new Set<string>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when the id was seen within the window. */
  add(id: string): boolean {
    if (this.#ids.has(id) || this.#older.has(id)) return false;
    this.#ids.add(id);
    // Dropping half of them at once costs less than looking for the oldest each time.
    if (this.#ids.size >= this.#limit) [this.#older, this.#ids] = [this.#ids, new Set()];
    return true;
  }
}
