/**
 * The audit trail: all management events, which include every use of a KMS key, every read and write of the vault's
 * tables, and every access to the trail's bucket. Digests of its log files form a signed chain (PCI DSS 4.0.1 10.2.1,
 * 10.3.3, 10.3.4).
 */
import { Stack } from 'aws-cdk-lib';
import { CfnTrail } from 'aws-cdk-lib/aws-cloudtrail';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { createLogGroup, type LogKeeping } from './logs.ts';
import type { ITrailStore } from './trail-store.ts';

export interface TrailProps {
  /** Fixed in advance, because the policies of store and role name the trail's ARN before it exists. */
  readonly trailName: string;
  readonly store: ITrailStore;
  readonly logs: LogKeeping;
  /** Every read and write of these tables is recorded. */
  readonly tableArns: readonly string[];
}

export class VaultTrail extends Construct {
  readonly store: ITrailStore;
  /** A copy of every event, which the alarms read. */
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
    // CloudTrail tests the bucket at creation, so its policy must exist first.
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
  // KMS events are management events; excluding them would hide decryptions.
  { name: 'Management events', fieldSelectors: [{ field: 'eventCategory', equalTo: ['Management'] }] },
  {
    name: 'Vault tables',
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::DynamoDB::Table'] },
      { field: 'resources.ARN', equalTo: [...tableArns] },
    ],
  },
  // Includes CloudTrail's own deliveries: each log file records the one before, which is a few bytes.
  {
    name: 'The trail itself',
    fieldSelectors: [
      { field: 'eventCategory', equalTo: ['Data'] },
      { field: 'resources.type', equalTo: ['AWS::S3::Object'] },
      { field: 'resources.ARN', startsWith: [objects] },
    ],
  },
];
