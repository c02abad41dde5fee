/** The clients for the trail's bucket and its public keys, for functions with `trail` in infra/routes.ts. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { S3Client } from '@aws-sdk/client-s3';
import { scopesOfIam } from '../../audit/trail/coverage.ts';
import type { Period } from '../../audit/trail/digest-chain.ts';
import type { VaultResources } from '../../audit/trail/events.ts';
import { fetchPublicKeys } from '../../audit/trail/public-keys-aws.ts';
import { openTrailBucket } from '../../audit/trail/trail-bucket.ts';
import { trailBucket, trailSettings } from './deps.ts';

/** An object of the trail can have several megabytes, and a page of a list a thousand names. */
const CLIENT = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 2_000, requestTimeout: 20_000, throwOnRequestTimeout: true },
};

export const makeStore = () => ({ s3: new S3Client(CLIENT), bucket: trailBucket() });

/** The vault's tables, keys, trail and bucket, for recognising them in records. */
export function trailResources(): VaultResources {
  const { bucket, name, known, region, isLocal } = trailSettings();
  // The local runtime records every call in one Region.
  const covers = isLocal ? [] : scopesOfIam(known);
  return { ...known, stated: { region, trailBucket: bucket, trailNames: [name], trailHome: region, covers } };
}

/** Opens a period of the trail, with the keys that signed its digests. */
export function trailOpener() {
  const { s3, bucket } = makeStore();
  return async (period: Period) => {
    const trail = await openTrailBucket(s3, { bucket, prefix: '' }, period);
    const keys = await fetchPublicKeys((region) => new CloudTrailClient({ ...CLIENT, region }), trail.keys, period);
    return { trail, ...keys };
  };
}
