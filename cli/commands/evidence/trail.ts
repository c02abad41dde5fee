/** The trail that `fuda evidence` reads: a bucket, a folder with a copy of one, or the trail of the connected vault. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fetchPublicKeys } from '../../../audit/trail/public-keys-aws.ts';
import {
  type BucketPeriod,
  type BucketPlace,
  openTrailBucket,
  readBucketUrl,
} from '../../../audit/trail/trail-bucket.ts';
import {
  openTrailFolder,
  PUBLIC_KEYS_FILE,
  readPublicKeysFile,
  type TrailReader,
} from '../../../audit/trail/trail-folder.ts';
import { type Input, UsageError } from '../../core/command.ts';
import type { AuditorClients, Connection } from '../../core/connection.ts';
import { refuseOtherRoot } from './trail-root.ts';

export type TrailPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'bucket'; readonly place: BucketPlace };

export interface OpenTrail {
  readonly trail: TrailReader;
  /** Untrusted JSON in the shape of `aws cloudtrail list-public-keys`. */
  readonly publicKeys: unknown;
}

/** `--trail`, checked without a call to AWS; undefined where absent. */
export function placeOption(input: Input): TrailPlace | undefined {
  const value = input.optional('trail');
  if (value === undefined) return undefined;
  if (!value.startsWith('s3:')) {
    if (!existsSync(value)) throw new UsageError('--trail names a folder that does not exist.');
    return { kind: 'folder', folder: resolve(value) };
  }
  const place = readBucketUrl(value);
  if (place === undefined) throw new UsageError('--trail must look like s3://bucket or s3://bucket/prefix.');
  return { kind: 'bucket', place };
}

/** The trail of the connected vault, where none was named. */
export function defaultPlace({ trail }: Connection): TrailPlace {
  if (trail.kind === 'folder') return trail;
  if (trail.bucket === '') throw new UsageError('--trail is missing, and the stack names no bucket of its trail.');
  return { kind: 'bucket', place: { bucket: trail.bucket, prefix: '' } };
}

export async function openTrail(
  place: TrailPlace,
  auditor: AuditorClients,
  keysFile: string | undefined,
  period: BucketPeriod,
): Promise<OpenTrail> {
  if (place.kind === 'folder') {
    const trail = await openTrailFolder(place.folder);
    refuseOtherRoot(place.folder, trail.keys);
    return { trail, publicKeys: await readPublicKeysFile(keysFile ?? join(place.folder, PUBLIC_KEYS_FILE)) };
  }
  const trail = await openTrailBucket(auditor.s3, place.place, period);
  const publicKeys =
    keysFile === undefined
      ? await fetchPublicKeys(auditor.cloudTrail, trail.keys, period)
      : await readPublicKeysFile(keysFile);
  return { trail, publicKeys };
}
