/**
 * Reads a trail from its S3 bucket. Only the days of the period are listed, so a report over one day of a trail of
 * years costs a few requests. Objects are streamed, and a broken stream resumes where it stopped. Throws TrailError
 * where S3 refuses or does not respond. Source: S3 API reference (ListObjectsV2, GetObject).
 */
import { Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { TrailError } from './trail-error.ts';
import { byBytes, type TrailReader } from './trail-folder.ts';
import { explainS3 } from './trail-refusals.ts';

export interface BucketPlace {
  readonly bucket: string;
  /** The prefix of `AWSLogs/`, without a slash at either end; may be empty. */
  readonly prefix: string;
}

export interface BucketPeriod {
  /** Unless given, from the trail's first object on. */
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_OBJECTS = 2_000_000;
const PAGE_SIZE = 1_000;
/** Accounts × kinds × Regions of one organization, far above any real number. */
const MAX_FOLDERS = 10_000;
/** How often the stream of one object resumes. */
const MAX_RESUMES = 3;
/** For one object, from the request to the last byte. */
const OBJECT_TIMEOUT_MS = 120_000;

/** `s3://bucket/prefix` → its parts; undefined for other text. */
export function readBucketUrl(text: string): BucketPlace | undefined {
  const [, bucket, prefix = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text) ?? [];
  return bucket === undefined ? undefined : { bucket, prefix: prefix.replaceAll(/^\/+|(?<!\/)\/+$/g, '') };
}

export async function openTrailBucket(s3: S3Client, place: BucketPlace, period: BucketPeriod): Promise<TrailReader> {
  const bucket = new Bucket(s3, place.bucket);
  const root = `${place.prefix === '' ? '' : `${place.prefix}/`}AWSLogs/`;
  const keys: string[] = [];
  const from = period.fromMs === undefined ? undefined : dayPath(period.fromMs - DAY_MS);
  // Digests of the next day may list the last log files, and a clock may run ahead.
  const to = period.toMs === undefined ? undefined : dayPath(period.toMs + 2 * DAY_MS);
  const folders = from === undefined ? [root] : await regionFolders(bucket, root);
  for (const folder of folders) {
    for await (const key of bucket.keys(folder, from)) {
      if (from !== undefined && to !== undefined && key.slice(folder.length) >= to) break;
      keys.push(key);
      if (keys.length > MAX_OBJECTS)
        throw new TrailError(`the bucket holds more than ${MAX_OBJECTS} objects of the period`);
    }
  }
  keys.sort(byBytes);
  const listed = new Set(keys);
  const metadata = new Map<string, unknown>();
  return {
    location: `s3://${place.bucket}/${root}`,
    keys,
    has: (key) => listed.has(key),
    open(key) {
      if (!listed.has(key)) throw new Error('not a listed object of the trail');
      return Readable.from(
        bucket.read(key, (found) => metadata.set(key, found)),
        { objectMode: false },
      );
    },
    async metadata(key) {
      if (!listed.has(key)) return undefined;
      // The metadata came with the object where that was opened just before.
      const found = metadata.get(key) ?? (await bucket.metadata(key));
      metadata.clear();
      return found;
    },
  };
}

/** `2026/11/23`, the form of a UTC day in CloudTrail's keys. */
const dayPath = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 10).replaceAll('-', '/');

/** Every `AWSLogs/[o-…/]<account>/<kind>/<region>/`, digests before the log files they list. */
async function regionFolders(bucket: Bucket, root: string): Promise<string[]> {
  const below = async (folders: readonly string[], wanted: RegExp): Promise<string[]> => {
    const found: string[] = [];
    for (const folder of folders) {
      for (const child of await bucket.folders(folder)) {
        if (wanted.test(child.slice(folder.length))) found.push(child);
      }
    }
    return found;
  };
  const organizations = await below([root], /^o-[a-z0-9]+\/$/);
  const accounts = await below([root, ...organizations], /^\d{12}\/$/);
  const kinds = await below(accounts, /^CloudTrail(-Digest)?\/$/);
  return below(kinds, /^[a-z0-9-]+\/$/);
}

/** The calls on one bucket, with their errors explained. */
class Bucket {
  readonly #s3: S3Client;
  readonly #name: string;

  constructor(s3: S3Client, name: string) {
    this.#s3 = s3;
    this.#name = name;
  }

  /** Keys under a folder in S3's order, from `after` (relative to the folder) on. */
  async *keys(folder: string, after: string | undefined): AsyncGenerator<string> {
    let token: string | undefined;
    do {
      const page = await this.#list(folder, token, after === undefined ? {} : { StartAfter: folder + after });
      for (const { Key } of page.Contents ?? []) if (Key !== undefined) yield Key;
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  /** The folders directly under one. */
  async folders(folder: string): Promise<string[]> {
    const found: string[] = [];
    let token: string | undefined;
    do {
      const page = await this.#list(folder, token, { Delimiter: '/' });
      for (const { Prefix } of page.CommonPrefixes ?? []) if (Prefix !== undefined) found.push(Prefix);
      if (found.length > MAX_FOLDERS)
        throw new TrailError(`a folder of the bucket holds more than ${MAX_FOLDERS} folders`);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  /** The bytes of one object; a broken stream resumes where it stopped, and only in the same version. */
  async *read(key: string, onMetadata: (metadata: unknown) => void): AsyncGenerator<Uint8Array> {
    const signal = AbortSignal.timeout(OBJECT_TIMEOUT_MS);
    let offset = 0;
    let etag: string | undefined;
    for (let tried = 0; ; tried += 1) {
      try {
        const command = new GetObjectCommand({
          Bucket: this.#name,
          Key: key,
          ...(offset > 0 && { Range: `bytes=${offset}-`, IfMatch: etag }),
        });
        const response = await this.#s3.send(command, { abortSignal: signal });
        etag = response.ETag;
        onMetadata(response.Metadata);
        for await (const chunk of response.Body as Readable) {
          offset += (chunk as Uint8Array).length;
          yield chunk as Uint8Array;
        }
        return;
      } catch (error) {
        const hasBegun = offset > 0 && !signal.aborted;
        if (!hasBegun || tried >= MAX_RESUMES) throw explainS3(error);
      }
    }
  }

  async metadata(key: string): Promise<unknown> {
    try {
      return (await this.#s3.send(new HeadObjectCommand({ Bucket: this.#name, Key: key }))).Metadata;
    } catch (error) {
      throw explainS3(error);
    }
  }

  async #list(folder: string, token: string | undefined, how: { StartAfter?: string; Delimiter?: string }) {
    try {
      return await this.#s3.send(
        new ListObjectsV2Command({
          Bucket: this.#name,
          Prefix: folder,
          MaxKeys: PAGE_SIZE,
          ...how,
          ...(token !== undefined && { ContinuationToken: token }),
        }),
      );
    } catch (error) {
      throw explainS3(error);
    }
  }
}
