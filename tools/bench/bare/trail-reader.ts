/** The minimum of a function with keys that reads the trail and its public keys. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { S3Client } from '@aws-sdk/client-s3';

export { dynamodb, handler, kms } from './clients.ts';

export const s3 = new S3Client({ maxAttempts: 4 });
export const cloudTrail = new CloudTrailClient({ maxAttempts: 4 });
