/**
 * Refuses a folder that holds a part of a trail without its root, because the report would list every file as moved.
 */
import { readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { readTrailKey } from '../../../audit/trail/trail-keys.ts';
import { UsageError } from '../../core/command.ts';

const ROOT = 'AWSLogs';
const DIGEST_BYTES_MAX = 1024 * 1024;
const Digest = z.object({ digestS3Object: z.string().max(1024) });

/** `keys` are the files below `folder`. A digest states its key in the bucket, which gives the missing folders. */
export function refuseOtherRoot(folder: string, keys: readonly string[]): void {
  const digest = keys.find((key) => readTrailKey(key).kind === 'digest');
  if (digest === undefined) {
    const isLog = (key: string): boolean => readTrailKey(key).kind === 'log';
    if (keys.some(isNamedLikeFile) && !keys.some(isLog)) throw inside(folder, ROOT);
    return;
  }
  const stated = statedKey(join(folder, digest));
  if (stated === undefined || stated === digest) return;
  if (digest.endsWith(`/${stated}`)) {
    throw new UsageError(
      `--trail names a folder above the trail. Name ${join(folder, digest.slice(0, -stated.length - 1))}.`,
    );
  }
  if (stated.endsWith(`/${digest}`)) throw inside(folder, stated.slice(0, -digest.length - 1));
}

/** CloudTrail's file names, in any folder. */
const isNamedLikeFile = (key: string): boolean =>
  key.endsWith('.json.gz') && /_CloudTrail(?:-Digest)?_/.test(key.slice(key.lastIndexOf('/') + 1));

/** `missing` is the part of the bucket's folders that the copy lacks. */
function inside(folder: string, missing: string): UsageError {
  const parts = folder.split(sep);
  const lost = missing.split('/');
  const at = parts.findLastIndex((_, index) => lost.every((part, offset) => parts[index + offset] === part));
  const root = parts.slice(0, at).join(sep);
  return new UsageError(
    at > 0
      ? `--trail names a folder inside the trail. Name ${root}.`
      : `--trail must name a folder that holds ${missing}/, as the trail’s bucket does.`,
  );
}

/** Undefined where the file is not a digest; the audit reports that. */
function statedKey(path: string): string | undefined {
  try {
    if (statSync(path).size > DIGEST_BYTES_MAX) return undefined;
    const text = gunzipSync(readFileSync(path), { maxOutputLength: DIGEST_BYTES_MAX }).toString();
    return Digest.safeParse(JSON.parse(text)).data?.digestS3Object;
  } catch {
    return undefined;
  }
}
