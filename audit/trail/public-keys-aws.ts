/**
 * Fetches the public keys with which CloudTrail signed a period's digests. Each Region has its own keys, and a trail
 * over all Regions writes digests in each. A Region that refuses, as under a policy that denies Regions, leaves its own
 * digests unchecked and no others. Source: CloudTrail API reference, ListPublicKeys.
 */
import { type CloudTrailClient, ListPublicKeysCommand, type PublicKey } from '@aws-sdk/client-cloudtrail';
import type { KeySource } from './public-keys.ts';
import { TrailError } from './trail-error.ts';
import { readTrailKey } from './trail-keys.ts';
import { explainS3 } from './trail-refusals.ts';

/** A key stays valid for digests of about a day around its period. */
const MARGIN_MS = 3 * 24 * 60 * 60_000;
const MAX_PAGES = 100;
/** More than AWS has; names of folders are untrusted. */
const MAX_REGIONS = 100;

/** The form that `aws cloudtrail list-public-keys` prints and `readPublicKeys` reads. */
interface PublicKeyFile {
  readonly PublicKeyList: readonly { readonly Fingerprint: string; readonly Value: string }[];
}

interface FetchedKeys {
  readonly publicKeys: PublicKeyFile;
  readonly keySource: KeySource;
}

/**
 * The keys of every Region with digests in the trail. Without `period` all that CloudTrail still lists. Throws where every
 * Region refuses.
 */
export async function fetchPublicKeys(
  clientOf: (region: string) => CloudTrailClient,
  trailKeys: readonly string[],
  period: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
): Promise<FetchedKeys> {
  /** With whether there are backfill digests. */
  const regions = new Map<string, boolean>();
  for (const key of trailKeys) {
    const file = readTrailKey(key);
    if (file.kind !== 'digest') continue;
    const region = file.scope.split('/')[1] ?? '';
    regions.set(region, file.isBackfill || (regions.get(region) ?? false));
  }
  if (regions.size > MAX_REGIONS) throw new TrailError('the trail holds digests of more Regions than AWS has');
  const keys: PublicKey[] = [];
  const refused = new Map<string, unknown>();
  for (const [region, hasBackfill] of regions) {
    // A backfill digest is signed when it is made, which may be days after the period.
    const signed = hasBackfill ? { fromMs: period.fromMs } : period;
    try {
      keys.push(...(await listPublicKeys(clientOf(region), signed)));
    } catch (error) {
      if (!isRefusal(error)) throw explainS3(error);
      refused.set(region, error);
    }
  }
  const [first] = refused.values();
  if (refused.size > 0 && refused.size === regions.size) throw explainS3(first);
  const PublicKeyList = keys.map(({ Fingerprint = '', Value = new Uint8Array() }) => ({
    Fingerprint,
    Value: Buffer.from(Value).toString('base64'),
  }));
  return { publicKeys: { PublicKeyList }, keySource: { origin: 'aws', refusedRegions: [...refused.keys()] } };
}

/** A policy denies the call, the account has not enabled the Region, or there is no Region of that name. */
const REFUSALS: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'OptInRequired',
  'ENOTFOUND',
]);

function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return REFUSALS.has(error.name) || ('code' in error && REFUSALS.has(String(error.code)));
}

async function listPublicKeys(
  client: CloudTrailClient,
  { fromMs, toMs }: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const response = await client.send(
      new ListPublicKeysCommand({
        // Without a start CloudTrail lists the current keys only.
        StartTime: new Date((fromMs ?? 0) - (fromMs === undefined ? 0 : MARGIN_MS)),
        ...(toMs !== undefined && { EndTime: new Date(toMs + MARGIN_MS) }),
        ...(token !== undefined && { NextToken: token }),
      }),
    );
    keys.push(...(response.PublicKeyList ?? []));
    token = response.NextToken;
    if (token === undefined) return keys;
  }
  throw new RangeError('CloudTrail lists more public keys than one audit reads');
}
