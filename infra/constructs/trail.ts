/**
 * The audit trail: every management event, which includes every use of a KMS key, and every read and write of the
 * vault's tables, in log files whose digests form a signed chain (PCI DSS 4.0.1 10.2.1, 10.3.2, 10.3.4, 10.5.1). The
 * bucket refuses deletion and overwriting for as long as the evidence must last.
 */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { viaService } from './keys.ts';
import { createLogGroup } from './logs.ts';

/** Twelve months (10.5.1), and what a chargeback may still ask for after them. */
const KEEP_DAYS = 400;

export interface TrailProps {
  readonly dataKey: IKey;
  /** The tables whose every read and write is recorded. */
  readonly tableArns: readonly string[];
  /** In production nobody, the account's root included, may shorten the retention. */
  readonly compliance: boolean;
}

export class VaultTrail extends Construct {
  readonly bucket: Bucket;
  private readonly dataKey: IKey;

  constructor(scope: Construct, id: string, { dataKey, tableArns, compliance }: TrailProps) {
    super(scope, id);
    this.dataKey = dataKey;
    // S3 delivers access logs by a bucket policy, not by an ACL, whatever flags the app around the vault has set.
    this.node.setContext('@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy', true);
    const { partition, region, account } = Stack.of(this);
    const trailName = `${Stack.of(this).stackName}-trail`;
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
    this.bucket = this.createBucket(dataKey, compliance);
    this.letTrailWrite(trailArn);
    const logs = createLogGroup(this, 'Logs', dataKey);
    const role = new Role(this, 'LogsRole', {
      assumedBy: new ServicePrincipal('cloudtrail.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
      }),
      description: 'Fuda trail: copies events to CloudWatch Logs',
    });
    const policy = new ManagedPolicy(this, 'LogsPolicy', {
      description: 'Fuda trail: writes its own log group',
      roles: [role],
      statements: [
        new PolicyStatement({ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logs.logGroupArn] }),
      ],
    });
    const trail = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: this.bucket.bucketName,
      kmsKeyId: dataKey.keyArn,
      cloudWatchLogsLogGroupArn: logs.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      advancedEventSelectors: [
        // KMS is part of the management events; excluding it would blind the evidence.
        { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
        {
          name: 'Vault tables',
          fieldSelectors: [
            { field: 'eventCategory', equalTo: ['Data'] },
            { field: 'resources.type', equalTo: ['AWS::DynamoDB::Table'] },
            { field: 'resources.ARN', equalTo: [...tableArns] },
          ],
        },
      ],
    });
    trail.node.addDependency(policy, this.bucket.policy ?? this.bucket);
  }

  /** For the evidence report: to read the trail and check its signatures. Reaches no table and no card key (10.3.1). */
  createAuditorPolicy(scope: Construct, id: string): ManagedPolicy {
    return new ManagedPolicy(scope, id, {
      description: 'Fuda auditor: reads the trail and the keys that signed it, nothing else',
      statements: [
        new PolicyStatement({ actions: ['s3:ListBucket', 's3:GetBucketLocation'], resources: [this.bucket.bucketArn] }),
        new PolicyStatement({ actions: ['s3:GetObject'], resources: [this.bucket.arnForObjects('AWSLogs/*')] }),
        new PolicyStatement({
          actions: ['kms:Decrypt'],
          resources: [this.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': viaService(this, 's3') } },
        }),
        new PolicyStatement({ actions: ['cloudtrail:ListPublicKeys'], resources: ['*'] }),
      ],
    });
  }

  private createBucket(dataKey: IKey, compliance: boolean): Bucket {
    const common = {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { expiration: Duration.days(KEEP_DAYS + 1), noncurrentVersionExpiration: Duration.days(KEEP_DAYS + 1) },
      ],
    };
    // S3 delivers its access logs only to buckets under its own key, and not under Object Lock.
    const accessLogs = new Bucket(this, 'AccessLogs', { ...common, encryption: BucketEncryption.S3_MANAGED });
    const retention = Duration.days(KEEP_DAYS);
    return new Bucket(this, 'Bucket', {
      ...common,
      encryption: BucketEncryption.KMS,
      encryptionKey: dataKey,
      // The CDK's class and its own interface disagree under exactOptionalPropertyTypes (isWebsite).
      serverAccessLogsBucket: accessLogs as IBucket,
      serverAccessLogsPrefix: 'trail/',
      objectLockDefaultRetention: compliance
        ? ObjectLockRetention.compliance(retention)
        : ObjectLockRetention.governance(retention),
    });
  }

  /** CloudTrail may look and write, for this one trail only (confused deputy). */
  private letTrailWrite(trailArn: string): void {
    const cloudTrail = new ServicePrincipal('cloudtrail.amazonaws.com');
    const forThisTrail = { 'aws:SourceArn': trailArn };
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailLooks',
        principals: [cloudTrail],
        actions: ['s3:GetBucketAcl'],
        resources: [this.bucket.bucketArn],
        conditions: { StringEquals: forThisTrail },
      }),
    );
    this.bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TrailWrites',
        principals: [cloudTrail],
        actions: ['s3:PutObject'],
        resources: [this.bucket.arnForObjects(`AWSLogs/${Stack.of(this).account}/*`)],
        conditions: { StringEquals: { ...forThisTrail, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      }),
    );
  }
}
