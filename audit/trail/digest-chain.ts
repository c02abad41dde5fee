/**
 * Walks one chain of digest files from the newest to the oldest, as `aws cloudtrail validate-logs` does. For each it
 * checks CloudTrail's signature, its place, and the link from the next one. Works offline: without object metadata the
 * signature is taken from the next digest, which is signed too. V12: any changed, missing or reordered digest gets a
 * refusal.
 */
import { joined, type Period } from '../base/periods.ts';

/** Readers of the trail take the period from here. */
export type { Period };

import { type Digest, parseDigest, readMetadata, signatureIsValid } from './digest.ts';
import { inflate } from './inflate.ts';
import type { PublicKey } from './public-keys.ts';
import type { TrailReader } from './trail-folder.ts';
import { isBackfillKey, readTrailKey, type TrailKey } from './trail-keys.ts';
import type { FileVerdict, Verdict } from './verdicts.ts';

export type DigestKey = Extract<TrailKey, { kind: 'digest' }>;

export interface ChainOptions {
  readonly trail: TrailReader;
  readonly publicKeys: ReadonlyMap<string, PublicKey>;
  readonly fromMs: number;
  /** The bucket that the trail writes to; unless given, a digest may name any bucket. */
  readonly bucket?: string | undefined;
}

/** What the valid digests of one chain prove. */
export interface Walked {
  /** The times that they seal, oldest first; apart where a digest between is missing or invalid. */
  readonly covered: readonly Period[];
  /** The start of the oldest valid digest, where it is the first of its chain. */
  readonly beginsMs: number | undefined;
  /** Fingerprints of the keys that signed them. */
  readonly signers: ReadonlySet<string>;
}

/** Receives results during the walk, from the newest digest to the oldest. */
export interface ChainListener {
  /** One per digest file that was found, or that a digest names. */
  verdict(verdict: FileVerdict): void;
  /** A time without digests: logging or validation was off (PCI DSS 4.0.1 10.7.2). */
  gap(gap: Period): void;
  /** A log file that a valid digest lists, with its hash as written, and the times of its events where the digest has them. */
  seal(key: string, sha256: string, events: Period | undefined): void;
}

const MAX_DIGEST_BYTES = 32 * 1024 * 1024;

/** A signed digest's statement about the previous one. */
interface Link {
  readonly bucket: string;
  readonly sha256: string | undefined;
  readonly signature: string | undefined;
}

interface Step {
  readonly key: string;
  readonly timeMs: number;
  readonly link: Link | undefined;
}

type Checked = { readonly verdict: 'valid'; readonly digest: Digest } | { readonly verdict: Exclude<Verdict, 'valid'> };

/**
 * `digests` are the listed keys of one chain, oldest first; the walk ends at a digest that starts at or before
 * `fromMs`.
 */
export async function validateDigestChain(
  digests: readonly DigestKey[],
  { trail, publicKeys, fromMs, bucket }: ChainOptions,
  listener: ChainListener,
): Promise<Walked> {
  const visited = new Set<string>();
  let covered: readonly Period[] = [];
  let beginsMs: number | undefined;
  const signers = new Set<string>();
  let reachedMs = Number.POSITIVE_INFINITY;
  let step = newestBefore(digests, reachedMs);
  while (step !== undefined) {
    visited.add(step.key);
    reachedMs = step.timeMs;
    const checked = await checkDigest(trail, publicKeys, step, bucket);
    listener.verdict({ file: 'digest', key: step.key, verdict: checked.verdict });
    const older = newestBefore(digests, step.timeMs);
    if (checked.verdict !== 'valid') {
      step = older;
      continue;
    }
    const { digest } = checked;
    const { fromMs: startMs } = periodOf(digest);
    for (const file of digest.logFiles) {
      const { s3Bucket, s3Object, hashValue } = file;
      if (isOfChain(s3Bucket, digest)) listener.seal(s3Object, hashValue, eventsOf(file));
      else listener.verdict({ file: 'log', key: `s3://${s3Bucket}/${s3Object}`, verdict: 'not_found' });
    }
    signers.add(digest.digestPublicKeyFingerprint.toLowerCase());
    covered = joined([...covered, periodOf(digest)]);
    const previous = stepBefore(digest);
    beginsMs = previous === undefined ? startMs : undefined;
    if (startMs <= fromMs) break;
    if (previous === undefined && older !== undefined) listener.gap({ fromMs: older.timeMs, toMs: startMs });
    // Every step goes back in time, so that a digest which names itself or a newer one cannot loop the walk.
    const goesOn = previous !== undefined && previous.timeMs < step.timeMs && !isElsewhere(previous, digest, trail);
    step = goesOn ? previous : older;
  }
  const skipped = digests.filter((digest) => digest.timeMs >= reachedMs && !visited.has(digest.key));
  for (const { key } of skipped) listener.verdict({ file: 'digest', key, verdict: 'not_in_chain' });
  return { covered, beginsMs, signers };
}

function newestBefore(digests: readonly DigestKey[], timeMs: number): Step | undefined {
  const found = digests.findLast((digest) => digest.timeMs < timeMs);
  return found && { key: found.key, timeMs: found.timeMs, link: undefined };
}

/** The previous digest; undefined at a starting digest, or where the name is not that of a digest. */
function stepBefore(digest: Digest): Step | undefined {
  const { previousDigestS3Bucket: bucket, previousDigestS3Object: object } = digest;
  if (typeof bucket !== 'string' || typeof object !== 'string') return undefined;
  const key = readTrailKey(object);
  if (key.kind !== 'digest') return undefined;
  const sha256 = digest.previousDigestHashValue ?? undefined;
  return {
    key: key.key,
    timeMs: key.timeMs,
    link: { bucket, sha256, signature: digest.previousDigestSignature ?? undefined },
  };
}

/**
 * Whether the chain goes on in another bucket that is not read here, as after a change of the trail's bucket. The digest
 * is then not missing; the chain proves nothing before this point.
 */
const isElsewhere = ({ key, link }: Step, { digestS3Bucket }: Digest, trail: TrailReader): boolean =>
  link?.bucket !== digestS3Bucket && !trail.has(key);

/** A digest lists log files of its bucket, and after a change of the trail's bucket also of the one before. */
const isOfChain = (bucket: string, { digestS3Bucket, previousDigestS3Bucket }: Digest): boolean =>
  bucket === digestS3Bucket || bucket === previousDigestS3Bucket;

/** The checks in order; each later one relies on those before it. */
async function checkDigest(
  trail: TrailReader,
  publicKeys: ReadonlyMap<string, PublicKey>,
  { key, link }: Step,
  bucket: string | undefined,
): Promise<Checked> {
  if (!trail.has(key)) return { verdict: 'not_found' };
  const content = await inflate(trail.open(key), MAX_DIGEST_BYTES);
  if (!content.ok) return { verdict: content.problem === 'too_large' ? 'too_large' : 'invalid_format' };
  const digest = parseDigest(content.bytes);
  if (digest === undefined) return { verdict: 'invalid_format' };
  const place = link?.bucket ?? bucket ?? digest.digestS3Bucket;
  if (digest.digestS3Object !== key || digest.digestS3Bucket !== place) return { verdict: 'moved' };
  const publicKey = publicKeys.get(digest.digestPublicKeyFingerprint.toLowerCase());
  if (publicKey === undefined) return { verdict: 'unknown_public_key' };
  if (publicKey.key === undefined) return { verdict: 'bad_public_key' };
  const kept = readMetadata(await trail.metadata(key));
  const signature = kept === undefined ? link?.signature : kept.signature;
  if (signature === undefined) return { verdict: 'signature_missing' };
  if (isBackfillKey(key) && kept?.hasGenerationTime !== true) return { verdict: 'invalid_format' };
  if (!signatureIsValid(digest, content.sha256, signature, publicKey.key)) return { verdict: 'signature_failed' };
  // Signed by AWS, but not the digest that the next one points to. AWS's own validator does not check this.
  if (link !== undefined && !linkHolds(link, content.sha256, kept?.signature)) return { verdict: 'link_mismatch' };
  return { verdict: 'valid', digest };
}

function linkHolds(link: Link, sha256: string, keptSignature: string | undefined): boolean {
  if (link.sha256 !== undefined && link.sha256.toLowerCase() !== sha256) return false;
  return link.signature === undefined || keptSignature === undefined || link.signature === keptSignature;
}

const periodOf = ({ digestStartTime, digestEndTime }: Digest): Period => ({
  fromMs: digestStartTime.ms,
  toMs: digestEndTime.ms,
});

function eventsOf({ oldestEventTime, newestEventTime }: Digest['logFiles'][number]): Period | undefined {
  if (!oldestEventTime || !newestEventTime) return undefined;
  return { fromMs: oldestEventTime.ms, toMs: newestEventTime.ms };
}

/** The period from the earlier start to the later end. */
export function widen(known: Period | undefined, period: Period): Period {
  if (known === undefined) return period;
  return { fromMs: Math.min(known.fromMs, period.fromMs), toMs: Math.max(known.toMs, period.toMs) };
}
