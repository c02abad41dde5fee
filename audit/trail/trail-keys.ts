/**
 * The grammar of CloudTrail's object keys: log or digest, the digest's chain, and the time in the name. Names are
 * untrusted, so they only sort and group; signatures and hashes decide on a file. Source: AWS CloudTrail user guide,
 * "CloudTrail log file name format" and "CloudTrail digest file structure".
 */

/** `scope` is account and region; a digest lists only log files of its scope. `timeMs` of a log is its delivery. */
export type TrailKey =
  | { readonly kind: 'log'; readonly key: string; readonly scope: string; readonly timeMs: number | undefined }
  | {
      readonly kind: 'digest';
      readonly key: string;
      readonly scope: string;
      readonly timeMs: number;
      readonly chain: string;
      /** The trail that wrote it, and that trail's home Region; undefined for a name without either. */
      readonly trail: NamedTrail | undefined;
      /** Lists log files that were late, and stands outside the chain of every hour. */
      readonly isBackfill: boolean;
    }
  | { readonly kind: 'metadata'; readonly key: string }
  | { readonly kind: 'other'; readonly key: string };

export interface NamedTrail {
  readonly name: string;
  readonly homeRegion: string;
}

/** In a folder a digest's S3 object metadata is a file with this suffix beside it. */
export const METADATA_SUFFIX = '.metadata.json';

const ROOT = String.raw`^(?:.+/)?AWSLogs/(?:o-[a-z0-9]+/)?(?<account>\d{12})`;
const DAY = String.raw`(?<region>[a-z0-9-]+)/\d{4}/\d{2}/\d{2}`;
const DIGEST = new RegExp(
  String.raw`${ROOT}/CloudTrail-Digest/${DAY}/(?<trail>[\w.-]+)_(?<time>\d{8}T\d{6}Z)(?<backfill>_backfill)?\.json\.gz$`,
);
/** A backfill digest lists log files that were late, and is signed when it is made, up to days after its hour. */
export const isBackfillKey = (key: string): boolean => key.endsWith('_backfill.json.gz');

const LOG_SUFFIX = '.json.gz';
const LOG = new RegExp(`${ROOT}/CloudTrail/(?<region>[a-z0-9-]+)/.`);
const LOG_TIME = /_(\d{8}T\d{4})Z_[A-Za-z0-9]+\.json\.gz$/;

/** `20261123T0915` or `20261123T091530` → epoch milliseconds; undefined for an impossible time. */
function compactTimeMs(text: string): number | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})?/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '00'] = parts;
  const timeMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** Classifies an object by its key. A digest with an impossible time is `other`, because it has no place in a chain. */
export function readTrailKey(key: string): TrailKey {
  if (key.endsWith(METADATA_SUFFIX)) return { kind: 'metadata', key };
  const digest = DIGEST.exec(key)?.groups;
  if (digest !== undefined) {
    const timeMs = compactTimeMs(digest.time ?? '');
    // Backfill digests list late log files and form a separate chain.
    const chain = `${digest.trail}${digest.backfill ?? ''}`;
    const isBackfill = digest.backfill !== undefined;
    if (timeMs !== undefined) {
      return { kind: 'digest', key, scope: scopeOf(digest), timeMs, chain, trail: trailOf(digest), isBackfill };
    }
  }
  const log = key.endsWith(LOG_SUFFIX) ? LOG.exec(key)?.groups : undefined;
  if (log !== undefined) {
    return { kind: 'log', key, scope: scopeOf(log), timeMs: compactTimeMs(LOG_TIME.exec(key)?.[1] ?? '') };
  }
  return { kind: 'other', key };
}

/** `<account>_CloudTrail-Digest_<region>_<name>_<home Region>`; a name may hold underscores, a Region none. */
function trailOf({
  account,
  region,
  trail = '',
}: Readonly<Record<string, string | undefined>>): NamedTrail | undefined {
  const before = `${account}_CloudTrail-Digest_${region}_`;
  const end = trail.lastIndexOf('_');
  if (!trail.startsWith(before) || end <= before.length) return undefined;
  return { name: trail.slice(before.length, end), homeRegion: trail.slice(end + 1) };
}

const scopeOf = (groups: Readonly<Record<string, string | undefined>>): string => `${groups.account}/${groups.region}`;
