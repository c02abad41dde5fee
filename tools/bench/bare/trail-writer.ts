/** The minimum of a function without keys that writes beside the trail. */
import { S3Client } from '@aws-sdk/client-s3';

export { dynamodb, handler } from './dynamodb-client.ts';

export const s3 = new S3Client({ maxAttempts: 4 });
