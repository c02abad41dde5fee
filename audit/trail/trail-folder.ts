/**
 * Reads a trail from a folder with the same files as the S3 bucket, at the same keys. Everything in it is untrusted:
 * only plain files that were listed can be opened, so that no digest leads the reader outside the folder.
 */
import { createReadStream, type Dirent } from 'node:fs';
import { opendir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { METADATA_SUFFIX } from './trail-keys.ts';

export interface TrailReader {
  /** For the report. */
  readonly location: string;
  /** Every object key, in S3's order. */
  readonly keys: readonly string[];
  has(key: string): boolean;
  /** The stored (compressed) bytes of a listed object. */
  open(key: string): Readable;
  /** The user metadata of a listed object, as untrusted JSON; undefined without any. */
  metadata(key: string): Promise<unknown>;
}

/** At the root: the output of `aws cloudtrail list-public-keys`. */
export const PUBLIC_KEYS_FILE = 'public-keys.json';

const MAX_OBJECTS = 2_000_000;
const MAX_DEPTH = 24;
const MAX_SMALL_FILE_BYTES = 1024 * 1024;

export async function openTrailFolder(folder: string): Promise<TrailReader> {
  const keys: string[] = [];
  await listInto(keys, folder, '', 0);
  keys.sort(byBytes);
  const listed = new Set(keys);
  return {
    location: folder,
    keys,
    has: (key) => listed.has(key),
    open(key) {
      if (!listed.has(key)) throw new Error('not a listed object of the trail');
      return createReadStream(join(folder, key));
    },
    metadata: async (key) =>
      listed.has(key + METADATA_SUFFIX) ? readSmallJson(join(folder, key + METADATA_SUFFIX)) : undefined,
  };
}

/**
 * Reads the public keys in the trail's folder, or a file that the auditor fetched separately; undefined where absent.
 */
export const readPublicKeysFile = (path: string): Promise<unknown> => readSmallJson(path);

async function listInto(keys: string[], folder: string, prefix: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw new Error('the trail folder is nested too deeply');
  const entries: Dirent[] = [];
  for await (const entry of await opendir(join(folder, prefix))) entries.push(entry);
  // A trail may grow while it is listed. Digests are listed first, so that none is read without the log files it names.
  entries.sort((left, right) => Number(isDigestFolder(right)) - Number(isDigestFolder(left)));
  for (const entry of entries) {
    const key = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    // Symbolic links are skipped, because one could lead out of the trail.
    if (entry.isDirectory()) await listInto(keys, folder, key, depth + 1);
    else if (entry.isFile() && key !== PUBLIC_KEYS_FILE) keys.push(key);
    if (keys.length > MAX_OBJECTS) throw new Error(`the trail folder holds more than ${MAX_OBJECTS} files`);
  }
}

const isDigestFolder = ({ name }: Dirent): boolean => name === 'CloudTrail-Digest';

/** S3 lists keys by their UTF-8 bytes. */
export const byBytes = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

async function readSmallJson(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).size > MAX_SMALL_FILE_BYTES) return undefined;
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    // Unreadable counts as absent; the verdicts report that.
    return undefined;
  }
}
