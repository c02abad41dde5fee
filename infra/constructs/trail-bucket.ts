/**
 * Where the trail's files lie: a bucket under Object Lock, which one trail may write and nobody may empty, and a second
 * bucket that lists who read the first (PCI DSS 4.0.1 10.2.1.3, 10.3.2, 10.5.1).
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** Twelve months (10.5.1), and what a chargeback may still ask for after them. */
const KEEP = Duration.days(400);
/** Only once the lock has opened can anything expire. */
const EXPIRE = Duration.days(401);

const COMMON = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  versioned: true,
  removalPolicy: RemovalPolicy.RETAIN,
  lifecycleRules: [{ expiration: EXPIRE, noncurrentVersionExpiration: EXPIRE }],
};

export interface TrailBucketProps {
  readonly dataKey: IKey;
  /** The one trail that may write here. */
  readonly trailArn: string;
  /** Nobody, the account's root user included, may shorten the retention. */
  readonly compliance: boolean;
}

/** Makes `Bucket` and `AccessLogs` under `scope`. */
export function createTrailBucket(scope: Construct, { dataKey, trailArn, compliance }: TrailBucketProps): Bucket {
  // S3 delivers access logs by a bucket policy, not by an ACL, whatever flags the app around the vault has set.
  scope.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
  // It delivers them only to buckets under its own key, and not under Object Lock.
  const accessLogs = new Bucket(scope, 'AccessLogs', { ...COMMON, encryption: BucketEncryption.S3_MANAGED });
  const bucket = new Bucket(scope, 'Bucket', {
    ...COMMON,
    encryption: BucketEncryption.KMS,
    encryptionKey: dataKey,
    // The CDK's class and its own interface disagree under exactOptionalPropertyTypes (isWebsite).
    serverAccessLogsBucket: accessLogs as IBucket,
    serverAccessLogsPrefix: 'trail/',
    objectLockDefaultRetention: compliance
      ? ObjectLockRetention.compliance(KEEP)
      : ObjectLockRetention.governance(KEEP),
  });
  for (const statement of writeStatements(bucket, trailArn)) bucket.addToResourcePolicy(statement);
  return bucket;
}

/** CloudTrail may look and write, for this one trail only (confused deputy). */
function writeStatements(bucket: Bucket, trailArn: string): PolicyStatement[] {
  const principals = [new ServicePrincipal('cloudtrail.amazonaws.com')];
  const forThisTrail = { 'aws:SourceArn': trailArn };
  return [
    new PolicyStatement({
      sid: 'TrailLooks',
      principals,
      actions: ['s3:GetBucketAcl'],
      resources: [bucket.bucketArn],
      conditions: { StringEquals: forThisTrail },
    }),
    new PolicyStatement({
      sid: 'TrailWrites',
      principals,
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`AWSLogs/${Stack.of(bucket).account}/*`)],
      conditions: { StringEquals: { ...forThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    }),
  ];
}
