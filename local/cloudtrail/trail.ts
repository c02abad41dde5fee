/**
 * The trail of the local runtime: takes records, delivers them as log files every few seconds, and signs digests of the
 * delivered files. `<dir>/trail/` has the content of the S3 bucket. `<dir>/cloudtrail/` has CloudTrail's internal
 * state: undelivered records, its signing key, its place in the chain.
 *
 * A call's record is on disk before the call gets its response, so that even a killed process loses none:
 *
 *   record → batch file (one line each) → log file → batch removed → digest → state
 *
 * A batch has the name of its log file, so that a second delivery after a crash writes the same file.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { Clock } from '../../shared/base/clock.ts';
import type { RandomBytes } from '../../shared/base/ids.ts';
import { makePrivateDirectory, writePrivateFile } from '../base/private-files.ts';
import type { Account } from '../template/resolve.ts';
import type { TrailDefinition } from '../template/storage.ts';
import {
  compactTime,
  type DigestSigningKey,
  datePath,
  digestObjectKey,
  type LogFileEntry,
  makeDigest,
  newSigningKeyPem,
  SIGNATURE_ALGORITHM,
  sha256Hex,
  signingKey,
} from './digest.ts';
import type { TrailRecord } from './record.ts';

const SECOND_MS = 1000;
/** ListPublicKeys states a validity period; a local key does not expire for years. */
const KEY_VALIDITY_MS = 10 * 365 * 24 * 3600 * SECOND_MS;

const LogFile = z.object({
  s3Bucket: z.string(),
  s3Object: z.string(),
  hashValue: z.string(),
  hashAlgorithm: z.literal('SHA-256'),
  newestEventTime: z.string(),
  oldestEventTime: z.string(),
});

const State = z.object({
  /** End of the last digest, or start of the trail. */
  digestedUntilMs: z.number(),
  previous: z.object({ s3Object: z.string(), hashValue: z.string(), signature: z.string() }).nullable(),
  undigested: z.array(LogFile),
});

type State = z.infer<typeof State>;

const PublicKeys = z.object({
  PublicKeyList: z.array(
    z.object({
      Value: z.string(),
      Fingerprint: z.string(),
      ValidityStartTime: z.string(),
      ValidityEndTime: z.string(),
    }),
  ),
});

export interface TrailOptions {
  readonly dir: string;
  readonly definition: TrailDefinition;
  readonly account: Account;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export class Trail {
  readonly #options: TrailOptions;
  readonly #bucketDirectory: string;
  readonly #ownDirectory: string;
  readonly #key: DigestSigningKey;
  #state: State;
  /** The batch that takes new records, if one is open. */
  #batch: string | null = null;

  constructor(options: TrailOptions) {
    this.#options = options;
    this.#bucketDirectory = join(options.dir, 'trail');
    this.#ownDirectory = join(options.dir, 'cloudtrail');
    makePrivateDirectory(join(this.#ownDirectory, 'batches'));
    makePrivateDirectory(this.#bucketDirectory);
    this.#key = this.#openKey();
    this.#state = this.#openState();
    this.#adoptNewestDigest();
    this.deliver();
  }

  get directory(): string {
    return this.#bucketDirectory;
  }

  /** In the form of ListPublicKeys: times in epoch seconds. */
  publicKeys(): object[] {
    const { PublicKeyList } = PublicKeys.parse(JSON.parse(readFileSync(this.#publicKeysPath, 'utf8')));
    return PublicKeyList.map(({ ValidityStartTime, ValidityEndTime, ...key }) => ({
      ...key,
      ValidityStartTime: Date.parse(ValidityStartTime) / SECOND_MS,
      ValidityEndTime: Date.parse(ValidityEndTime) / SECOND_MS,
    }));
  }

  /** Stores a record; it is on disk when this returns. */
  add(record: TrailRecord): void {
    this.#batch ??= this.#newBatchName();
    appendFileSync(this.#batchPath(this.#batch), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }

  /** Writes every waiting record into log files. */
  deliver(): void {
    this.#batch = null;
    for (const batch of readdirSync(join(this.#ownDirectory, 'batches')).sort()) this.#deliverBatch(batch);
  }

  /** Log files wait for a digest. */
  get hasUndigested(): boolean {
    return this.#state.undigested.length > 0;
  }

  /** Delivers waiting records and signs a digest up to now, unless it would cover no file and no time. */
  digest(): void {
    this.deliver();
    if (!this.#options.definition.validation) return;
    const { clock, definition, account } = this.#options;
    const { digestedUntilMs, previous, undigested } = this.#state;
    const nowMs = Math.floor(clock.nowMs() / SECOND_MS) * SECOND_MS;
    if (undigested.length === 0 && nowMs <= digestedUntilMs) return;
    const { name: trailName, bucket, prefix } = definition;
    // A digest's name has the second of its end, so two in one second would have the same name.
    const endMs = Math.max(nowMs, digestedUntilMs + SECOND_MS);
    const place = { account, trailName, bucket, prefix, startMs: digestedUntilMs, endMs };
    const digest = makeDigest({ ...place, previous, logFiles: undigested, key: this.#key });
    const metadata = { signature: digest.signature, 'signature-algorithm': SIGNATURE_ALGORITHM };
    const path = join(this.#bucketDirectory, digest.s3Object);
    writePrivateFile(`${path}.metadata.json`, `${JSON.stringify(metadata)}\n`);
    writePrivateFile(path, gzipSync(digest.body));
    const { s3Object, hashValue, signature } = digest;
    this.#save({ digestedUntilMs: endMs, previous: { s3Object, hashValue, signature }, undigested: [] });
  }

  #deliverBatch(batch: string): void {
    const { definition } = this.#options;
    const lines = readFileSync(this.#batchPath(batch), 'utf8').split('\n').filter(Boolean);
    const records = lines.flatMap((line) => wholeRecord(line));
    if (records.length > 0) {
      const body = JSON.stringify({ Records: records });
      const times = records.map(({ eventTime }) => eventTime).sort();
      const s3Object = this.#logObjectKey(batch);
      writePrivateFile(join(this.#bucketDirectory, s3Object), gzipSync(body));
      const entry: LogFileEntry = {
        s3Bucket: definition.bucket,
        s3Object,
        hashValue: sha256Hex(body),
        hashAlgorithm: 'SHA-256',
        newestEventTime: times.at(-1) ?? '',
        oldestEventTime: times[0] ?? '',
      };
      const others = this.#state.undigested.filter((file) => file.s3Object !== s3Object);
      this.#save({ ...this.#state, undigested: [...others, entry] });
    }
    rmSync(this.#batchPath(batch));
  }

  /** `<epoch ms>_<16 characters>`: the batch's start, and the unique part of its file's name. */
  #newBatchName(): string {
    const { clock, random } = this.#options;
    const unique = Buffer.from(random(12)).toString('base64url').replaceAll(/[-_]/g, 'x');
    return `${clock.nowMs()}_${unique}.ndjson`;
  }

  #logObjectKey(batch: string): string {
    const { account, definition } = this.#options;
    const [startedMs = '0', unique = ''] = batch.replace('.ndjson', '').split('_');
    const { accountId, region } = account;
    const minute = `${compactTime(Number(startedMs)).slice(0, 13)}Z`;
    const folder = `${definition.prefix}AWSLogs/${accountId}/CloudTrail/${region}/${datePath(Number(startedMs))}`;
    return `${folder}/${accountId}_CloudTrail_${region}_${minute}_${unique}.json.gz`;
  }

  get #publicKeysPath(): string {
    return join(this.#bucketDirectory, 'public-keys.json');
  }

  #batchPath = (batch: string): string => join(this.#ownDirectory, 'batches', batch);

  #openKey(): DigestSigningKey {
    const path = join(this.#ownDirectory, 'signing-key.pem');
    if (!existsSync(path)) writePrivateFile(path, newSigningKeyPem());
    const key = signingKey(readFileSync(path, 'utf8'));
    const list = this.#publicKeysPath;
    if (!existsSync(list)) {
      const nowMs = this.#options.clock.nowMs();
      const listed = {
        Value: key.publicKey.toString('base64'),
        ValidityStartTime: new Date(nowMs).toISOString(),
        ValidityEndTime: new Date(nowMs + KEY_VALIDITY_MS).toISOString(),
        Fingerprint: key.fingerprint,
      };
      writePrivateFile(list, `${JSON.stringify({ PublicKeyList: [listed] }, null, 2)}\n`);
    }
    return key;
  }

  #openState(): State {
    const path = join(this.#ownDirectory, 'state.json');
    if (existsSync(path)) return State.parse(JSON.parse(readFileSync(path, 'utf8')));
    const beganMs = Math.floor(this.#options.clock.nowMs() / SECOND_MS) * SECOND_MS;
    return { digestedUntilMs: beganMs, previous: null, undigested: [] };
  }

  #save(state: State): void {
    writePrivateFile(join(this.#ownDirectory, 'state.json'), JSON.stringify(state));
    this.#state = state;
  }

  /** A digest written just before a crash is in the folder but not in the state; the chain continues from it. */
  #adoptNewestDigest(): void {
    const { account, definition } = this.#options;
    const { digestedUntilMs, previous, undigested } = this.#state;
    const place = { account, trailName: definition.name, bucket: definition.bucket, prefix: definition.prefix };
    const from = digestObjectKey({ ...place, startMs: 0, endMs: digestedUntilMs });
    const root = join(this.#bucketDirectory, `${definition.prefix}AWSLogs`, account.accountId, 'CloudTrail-Digest');
    if (!existsSync(root)) return;
    const newest = readdirSync(root, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json.gz'))
      .map((name) => `${definition.prefix}AWSLogs/${account.accountId}/CloudTrail-Digest/${name.replaceAll('\\', '/')}`)
      .sort()
      .at(-1);
    if (newest === undefined || newest <= from || newest === previous?.s3Object) return;
    const path = join(this.#bucketDirectory, newest);
    const body = gunzipSync(readFileSync(path)).toString();
    const { signature } = z
      .object({ signature: z.string() })
      .parse(JSON.parse(readFileSync(`${path}.metadata.json`, 'utf8')));
    const digest = z.object({ digestEndTime: z.string(), logFiles: z.array(LogFile) }).parse(JSON.parse(body));
    const digested = new Set(digest.logFiles.map(({ s3Object }) => s3Object));
    this.#save({
      digestedUntilMs: Date.parse(digest.digestEndTime),
      previous: { s3Object: newest, hashValue: sha256Hex(body), signature },
      undigested: undigested.filter(({ s3Object }) => !digested.has(s3Object)),
    });
  }
}

/** A line that a crash cut short belongs to a call without a response, so it is not a record. */
function wholeRecord(line: string): TrailRecord[] {
  try {
    return [JSON.parse(line) as TrailRecord];
  } catch {
    return [];
  }
}
