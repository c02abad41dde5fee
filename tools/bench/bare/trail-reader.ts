/** The least that a function with keys can be that reads the trail and the keys that signed it. */
import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { S3Client } from '@aws-sdk/client-s3';

export { dynamodb, handler, kms } from './clients.ts';

export const s3 = new S3Client({ maxAttempts: 4 });
export const cloudTrail = new CloudTrailClient({ maxAttempts: 4 });
