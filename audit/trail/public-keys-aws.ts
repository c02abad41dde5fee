/**
 * Fetches the public keys with which CloudTrail signed a period's digests. Each Region has its own keys, and a trail
 * over all Regions writes digests in each. Source: CloudTrail API reference, ListPublicKeys.
 */
import { type CloudTrailClient, ListPublicKeysCommand, type PublicKey } from '@aws-sdk/client-cloudtrail';
import { readTrailKey } from './trail-keys.ts';
import { explainS3 } from './trail-refusals.ts';

/** A key stays valid for digests of about a day around its period. */
const MARGIN_MS = 3 * 24 * 60 * 60_000;
const MAX_PAGES = 100;

/** The form that `aws cloudtrail list-public-keys` prints and `readPublicKeys` reads. */
export interface PublicKeyFile {
  readonly PublicKeyList: readonly { readonly Fingerprint: string; readonly Value: string }[];
}

/** The keys of every Region with digests in the trail. Without `period` all that CloudTrail still lists. */
export async function fetchPublicKeys(
  clientOf: (region: string) => CloudTrailClient,
  trailKeys: readonly string[],
  period: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
): Promise<PublicKeyFile> {
  const regions = new Set<string>();
  for (const key of trailKeys) {
    const file = readTrailKey(key);
    if (file.kind === 'digest') regions.add(file.scope.split('/')[1] ?? '');
  }
  const keys: PublicKey[] = [];
  for (const region of regions) keys.push(...(await listPublicKeys(clientOf(region), period)));
  return {
    PublicKeyList: keys.map(({ Fingerprint = '', Value = new Uint8Array() }) => ({
      Fingerprint,
      Value: Buffer.from(Value).toString('base64'),
    })),
  };
}

async function listPublicKeys(
  client: CloudTrailClient,
  { fromMs, toMs }: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  let token: string | undefined;
  try {
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
  } catch (error) {
    throw explainS3(error);
  }
  throw new RangeError('CloudTrail lists more public keys than one audit reads');
}
