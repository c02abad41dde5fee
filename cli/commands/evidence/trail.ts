/** The trail that `fuda evidence` reads: a bucket, a folder with a copy of one, or the trail of the connected vault. */
import { existsSync, realpathSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { AuditDeps } from '../../../audit/audit.ts';
import type { KeyOrigin } from '../../../audit/trail/public-keys.ts';
import { fetchPublicKeys } from '../../../audit/trail/public-keys-aws.ts';
import {
  type BucketPeriod,
  type BucketPlace,
  openTrailBucket,
  readBucketUrl,
} from '../../../audit/trail/trail-bucket.ts';
import { openTrailFolder, PUBLIC_KEYS_FILE, readPublicKeysFile } from '../../../audit/trail/trail-folder.ts';
import { type Input, UsageError } from '../../core/command.ts';
import type { AuditorClients, Connection } from '../../core/connection.ts';
import { refuseOtherRoot } from './trail-root.ts';

export type TrailPlace =
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'bucket'; readonly place: BucketPlace };

export type OpenTrail = Pick<AuditDeps, 'trail' | 'publicKeys' | 'keySource'>;

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

/**
 * Keys come from the file that was named, else from a folder's own file, else from CloudTrail. A folder that no `--trail`
 * named is the local runtime's, which has an API for them.
 */
export async function openTrail(
  place: TrailPlace,
  auditor: AuditorClients,
  { keysFile, isNamed }: { readonly keysFile: string | undefined; readonly isNamed: boolean },
  period: BucketPeriod,
): Promise<OpenTrail> {
  const trail =
    place.kind === 'folder'
      ? await openTrailFolder(place.folder)
      : await openTrailBucket(auditor.s3, place.place, period);
  if (place.kind === 'folder') refuseOtherRoot(place.folder, trail.keys);
  const beside = place.kind === 'folder' && isNamed ? join(place.folder, PUBLIC_KEYS_FILE) : undefined;
  const file = keysFile ?? (beside !== undefined && existsSync(beside) ? beside : undefined);
  if (file === undefined) return { trail, ...(await fetchPublicKeys(auditor.cloudTrail, trail.keys, period)) };
  const origin: KeyOrigin = place.kind === 'folder' && liesIn(file, place.folder) ? 'trail' : 'file';
  return { trail, publicKeys: await readPublicKeysFile(file), keySource: { origin, refusedRegions: [] } };
}

/** Links are followed: a file elsewhere that leads into the folder is the folder's. */
const liesIn = (file: string, folder: string): boolean =>
  !relative(realpathSync(folder), realpathSync(file)).startsWith('..');
