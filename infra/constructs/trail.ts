/**
 * The audit trail: every management event, which includes every use of a KMS key, every read and write of the vault's
 * tables, and every touch of the trail's own bucket, in log files whose digests form a signed chain
 * (PCI DSS 4.0.1 10.2.1, 10.3.3, 10.3.4).
 */
import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createLogGroup, type LogKeeping } from './logs.ts';
import type { ITrailStore } from './trail-store.ts';

export interface TrailProps {
  /** Given beforehand, because the store and the role admit the trail by its ARN before it exists. */
  readonly trailName: string;
  readonly store: ITrailStore;
  readonly logs: LogKeeping;
  /** The tables whose every read and write is recorded. */
  readonly tableArns: readonly string[];
}

export class VaultTrail extends Construct {
  readonly store: ITrailStore;
  /** A copy of every event, as it is written: what alarms read. */
  readonly logs: LogGroup;

  constructor(scope: Construct, id: string, { trailName, store, logs, tableArns }: TrailProps) {
    super(scope, id);
    this.store = store;
    const { partition, region, account } = Stack.of(this);
    const trailArn = `arn:${partition}:cloudtrail:${region}:${account}:trail/${trailName}`;
    this.logs = createLogGroup(this, 'Logs', logs);
    const { role, policy } = this.createLogsRole(trailArn, this.logs);
    const trail = new CfnTrail(this, 'Trail', {
      trailName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      s3BucketName: store.bucketName,
      kmsKeyId: store.keyArn,
      cloudWatchLogsLogGroupArn: this.logs.logGroupArn,
      cloudWatchLogsRoleArn: role.roleArn,
      advancedEventSelectors: selectors(tableArns, `arn:${partition}:s3:::${store.bucketName}/`),
    });
    trail.node.addDependency(policy);
    // The bucket's policy must admit the trail before CloudTrail tries to write.
    if (Construct.isConstruct(store)) trail.node.addDependency(store);
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

const selectors = (tableArns: readonly string[], objects: string): CfnTrail.AdvancedEventSelectorProperty[] => [
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
  // CloudTrail's own deliveries are among them: each log file tells of the one before, a trickle of bytes.
  {
    name: 'The trail itself',
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
      { field: 'resources.ARN', startsWith: [objects] },
    ],
  },
];
