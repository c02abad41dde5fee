/**
 * The audit trail: every management event, which includes every use of a KMS key, and every read and write of the
 * vault's tables, in log files whose digests form a signed chain (PCI DSS 4.0.1 10.2.1, 10.3.3, 10.3.4).
 */
import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { viaService } from './keys.ts';
import { createLogGroup } from './logs.ts';
import { createTrailBucket } from './trail-bucket.ts';

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
    const { partition, region, account, stackName } = Stack.of(this);
    // Named here, because the bucket and the role admit the trail by its ARN before it exists.
    const trailName = `${stackName}-trail`;
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
    this.bucket = createTrailBucket(this, { dataKey, trailArn, compliance });
    const logs = createLogGroup(this, 'Logs', dataKey);
    const { role, policy } = this.createLogsRole(trailArn, logs);
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
      advancedEventSelectors: selectors(tableArns),
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

  private createLogsRole(trailArn: string, logs: LogGroup): { role: Role; policy: ManagedPolicy } {
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
    return { role, policy };
  }
}

const selectors = (tableArns: readonly string[]): CfnTrail.AdvancedEventSelectorProperty[] => [
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
];
