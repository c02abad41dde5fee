/**
 * The calls on AWS that would blind the audit, widen access to cards, or copy them: one table for the report
 * (audit/watch), the alarms (infra/alarms/trail.ts) and the saved query (infra/queries.ts), so that the three cannot
 * differ. Event names and members are those of CloudTrail's records; test/base/watched-calls.test.ts compares them with
 * the input shapes of AWS's SDKs.
 */

/**
 * What a call must name for a rule to apply. `type` is the resource's type in CloudFormation, and `stated` the member of
 * an audit's statement with the names of the vault's own.
 */
export const OURS = {
  key: { type: 'AWS::KMS::Key', stated: 'keyIds' },
  trail: { type: 'AWS::CloudTrail::Trail', stated: 'trailNames' },
  role: { type: 'AWS::IAM::Role', stated: 'roleNames' },
  policy: { type: 'AWS::IAM::ManagedPolicy', stated: 'policyArns' },
  function: { type: 'AWS::Lambda::Function', stated: 'functionNames' },
  api: { type: 'AWS::ApiGateway::RestApi', stated: 'apiIds' },
  domain: { type: 'AWS::ApiGateway::DomainName', stated: 'domainNames' },
  firewall: { type: 'AWS::WAFv2::WebACL', stated: 'firewallNames' },
  schedule: { type: 'AWS::Scheduler::Schedule', stated: 'scheduleNames' },
  logs: { type: 'AWS::Logs::LogGroup', stated: 'logGroupNames' },
  alarm: { type: 'AWS::CloudWatch::Alarm', stated: 'alarmNames' },
  topic: { type: 'AWS::SNS::Topic', stated: 'topicArns' },
} as const;

export type OurNamed = keyof typeof OURS;

/**
 * `table` is recognized by the records themselves, as are the keys of shared/base/tables.ts; `bucket` is that of the trail, `destination` a name of
 * shared/base/destinations.ts. `account` is everything in the account: only the vault should run in it.
 */
type Ours = OurNamed | 'table' | 'bucket' | 'destination' | 'account';

/** The alarm that goes off at a call; each is a row of infra/alarms/trail.ts. */
export type WatchedAlarm =
  | 'trail-changed'
  | 'trail-store-changed'
  | 'trail-files-written'
  | 'logs-changed'
  | 'key-changed'
  | 'table-changed'
  | 'destination-changed'
  | 'code-changed'
  | 'api-changed'
  | 'roles-changed';

export interface WatchedCalls {
  /** What happened, as one sentence for the report. */
  readonly says: string;
  /** The PCI DSS 4.0.1 requirement it serves. */
  readonly clause: string;
  /** Of its alarm. */
  readonly severity: 'high' | 'low';
  readonly alarm: WatchedAlarm;
  readonly ours: Ours;
  /** Its hits are listed and are no findings: the change may be intended, and an auditor asks who made it and why. */
  readonly isListed?: true;
  /** A finding even where CloudFormation did it, which is listed otherwise: no template of the vault asks for it. */
  readonly isNeverDeployed?: true;
  /**
   * `kms:PutKeyPolicy` → the members of the request that can name what is ours; `selection.resources` for a member of a
   * member. Without any, each such call concerns the vault.
   */
  readonly calls: Readonly<Record<`${string}:${string}`, readonly string[]>>;
}

const on = <Call extends string>(members: readonly string[], ...calls: readonly Call[]) =>
  Object.fromEntries(calls.map((call) => [call, members])) as Readonly<Record<Call, readonly string[]>>;

/** Source: CloudTrail API reference; S3 user guide, "Amazon S3 CloudTrail events"; CloudWatch Logs and CloudWatch API references. */
const RECORDING = {
  logging_stopped: {
    says: 'Logging of the trail was stopped, or the trail deleted.',
    clause: '10.2.1.6',
    severity: 'high',
    alarm: 'trail-changed',
    ours: 'trail',
    isNeverDeployed: true,
    calls: on(['name'], 'cloudtrail:StopLogging', 'cloudtrail:DeleteTrail'),
  },
  trail_weakened: {
    says: 'The trail was changed: validation or Regions left out, or another bucket, folder, key or log group.',
    clause: '10.3.4',
    severity: 'high',
    alarm: 'trail-changed',
    ours: 'trail',
    isNeverDeployed: true,
    calls: on(['name'], 'cloudtrail:UpdateTrail'),
  },
  events_left_out: {
    says: 'The trail’s event selectors leave out KMS or a table of the vault.',
    clause: '10.2.1',
    severity: 'high',
    alarm: 'trail-changed',
    ours: 'trail',
    isNeverDeployed: true,
    calls: on(['trailName'], 'cloudtrail:PutEventSelectors'),
  },
  trail_bucket_changed: {
    says: 'The bucket of the trail was opened, weakened or deleted.',
    clause: '10.3.2',
    severity: 'high',
    alarm: 'trail-store-changed',
    ours: 'bucket',
    calls: on(
      ['bucketName'],
      's3:PutBucketPolicy',
      's3:DeleteBucketPolicy',
      's3:PutBucketAcl',
      's3:PutBucketLifecycle',
      's3:DeleteBucketLifecycle',
      's3:PutBucketVersioning',
      's3:PutBucketReplication',
      's3:PutBucketEncryption',
      's3:DeleteBucketEncryption',
      's3:PutBucketLogging',
      's3:PutBucketObjectLockConfiguration',
      's3:PutBucketPublicAccessBlock',
      's3:DeleteBucketPublicAccessBlock',
      's3:DeleteBucket',
    ),
  },
  trail_files_written: {
    says: 'A file of the trail was written, replaced or deleted by a caller other than CloudTrail.',
    clause: '10.3.2',
    severity: 'high',
    alarm: 'trail-files-written',
    ours: 'bucket',
    isNeverDeployed: true,
    calls: on(
      ['bucketName'],
      's3:PutObject',
      's3:CopyObject',
      's3:CompleteMultipartUpload',
      's3:DeleteObject',
      's3:DeleteObjects',
      's3:PutObjectRetention',
      's3:PutObjectLegalHold',
    ),
  },
  logs_changed: {
    says: 'Logs of the vault were deleted, kept for another time, encrypted otherwise, or their metrics were changed.',
    clause: '10.7.2',
    severity: 'high',
    alarm: 'logs-changed',
    ours: 'logs',
    calls: {
      ...on(
        ['logGroupName'],
        'logs:DeleteLogGroup',
        'logs:DeleteLogStream',
        'logs:PutRetentionPolicy',
        'logs:DeleteRetentionPolicy',
        'logs:PutMetricFilter',
        'logs:DeleteMetricFilter',
      ),
      ...on(['logGroupName', 'resourceIdentifier'], 'logs:AssociateKmsKey', 'logs:DisassociateKmsKey'),
    },
  },
  logs_forwarded: {
    says: 'Logs of the vault are copied to another receiver.',
    clause: '10.3.1',
    severity: 'high',
    alarm: 'logs-changed',
    ours: 'logs',
    calls: {
      ...on(['logGroupName'], 'logs:PutSubscriptionFilter', 'logs:CreateExportTask'),
      ...on([], 'logs:PutAccountPolicy'),
    },
  },
  alarms_silenced: {
    says: 'An alarm of the vault was changed, muted or deleted.',
    clause: '10.7.2',
    severity: 'high',
    alarm: 'logs-changed',
    ours: 'alarm',
    calls: {
      ...on(['alarmNames'], 'monitoring:DeleteAlarms', 'monitoring:DisableAlarmActions'),
      ...on(['alarmName'], 'monitoring:PutMetricAlarm', 'monitoring:SetAlarmState'),
      ...on(['muteTargets.alarmNames'], 'monitoring:PutAlarmMuteRule'),
    },
  },
  alarms_unheard: {
    says: 'The topic of the vault’s alarms was deleted or changed, or a subscriber was.',
    clause: '10.7.2',
    severity: 'high',
    alarm: 'logs-changed',
    ours: 'topic',
    calls: {
      ...on(['topicArn'], 'sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:RemovePermission'),
      ...on(['subscriptionArn'], 'sns:Unsubscribe', 'sns:SetSubscriptionAttributes'),
    },
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: KMS developer guide, "Examples of AWS KMS log entries"; KMS API reference. */
const KEYS = {
  key_policy_changed: {
    says: 'The policy of a key of the vault was replaced.',
    clause: '3.6.1.2',
    severity: 'high',
    alarm: 'key-changed',
    ours: 'key',
    calls: on(['keyId'], 'kms:PutKeyPolicy'),
  },
  key_granted: {
    says: 'A grant was made on a key of the vault.',
    clause: '3.6.1',
    severity: 'high',
    alarm: 'key-changed',
    ours: 'key',
    isNeverDeployed: true,
    calls: on(['keyId'], 'kms:CreateGrant'),
  },
  key_disabled: {
    says: 'A key of the vault was disabled, scheduled for deletion, or no longer rotates.',
    clause: '3.7.4',
    severity: 'high',
    alarm: 'key-changed',
    ours: 'key',
    isNeverDeployed: true,
    calls: on(
      ['keyId'],
      'kms:DisableKey',
      'kms:ScheduleKeyDeletion',
      'kms:DisableKeyRotation',
      'kms:DeleteImportedKeyMaterial',
    ),
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: DynamoDB API reference; developer guide, "Understanding DynamoDB log file entries". */
const TABLES = {
  table_policy_changed: {
    says: 'The resource policy of a table of the vault was changed.',
    clause: '7.2.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    calls: on(['resourceArn'], 'dynamodb:PutResourcePolicy', 'dynamodb:DeleteResourcePolicy'),
  },
  one_time_table_kept: {
    says: 'The one-time table was given recovery, a stream, a replica, a copy or a wider index, any of which keeps what is erased.',
    clause: '3.3.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    isNeverDeployed: true,
    calls: {
      ...on(
        ['tableName'],
        'dynamodb:UpdateContinuousBackups',
        'dynamodb:UpdateTable',
        'dynamodb:EnableKinesisStreamingDestination',
        'dynamodb:CreateBackup',
      ),
      ...on(['globalTableName'], 'dynamodb:CreateGlobalTable'),
      ...on(['tableArn'], 'dynamodb:ExportTableToPointInTime'),
      ...on(['sourceTableName', 'sourceTableArn'], 'dynamodb:RestoreTableToPointInTime'),
      ...on(['backupArn'], 'dynamodb:RestoreTableFromBackup'),
    },
  },
  cards_copied: {
    says: 'The table of stored cards was exported, streamed, replicated, backed up by hand, or restored elsewhere.',
    clause: '3.2.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    isNeverDeployed: true,
    calls: {
      ...on(
        ['tableName'],
        'dynamodb:CreateBackup',
        'dynamodb:UpdateTable',
        'dynamodb:EnableKinesisStreamingDestination',
      ),
      ...on(['globalTableName'], 'dynamodb:CreateGlobalTable'),
      ...on(['tableArn'], 'dynamodb:ExportTableToPointInTime'),
      ...on(['sourceTableName', 'sourceTableArn'], 'dynamodb:RestoreTableToPointInTime'),
      ...on(['backupArn'], 'dynamodb:RestoreTableFromBackup'),
    },
  },
  // AWS Backup runs its plans without a call that a trail shows, so what it is configured to copy is watched.
  backed_up: {
    says: 'AWS Backup was told to copy a table of the vault, or to restore a copy.',
    clause: '3.2.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    calls: {
      ...on(['resourceArn'], 'backup:StartBackupJob'),
      ...on(['backupSelection.resources'], 'backup:CreateBackupSelection'),
      ...on([], 'backup:StartCopyJob', 'backup:StartRestoreJob', 'backup:PutBackupVaultAccessPolicy'),
    },
  },
  table_unprotected: {
    says: 'A table of the vault was deleted, or lost its deletion protection or recovery.',
    clause: '10.5.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    isNeverDeployed: true,
    calls: on(['tableName'], 'dynamodb:DeleteTable', 'dynamodb:UpdateTable', 'dynamodb:UpdateContinuousBackups'),
  },
  // No trail shows what a time to live deletes.
  table_expires: {
    says: 'A table of the vault was given a time to live that its definition does not name.',
    clause: '10.5.1',
    severity: 'high',
    alarm: 'table-changed',
    ours: 'table',
    isNeverDeployed: true,
    calls: on(['tableName'], 'dynamodb:UpdateTimeToLive'),
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: IAM API reference; Lambda developer guide, "Logging Lambda API calls". */
const PERMISSIONS = {
  role_changed: {
    says: 'A role of the vault was changed.',
    clause: '7.2.2',
    severity: 'low',
    alarm: 'roles-changed',
    ours: 'role',
    calls: on(
      ['roleName'],
      'iam:PutRolePolicy',
      'iam:DeleteRolePolicy',
      'iam:AttachRolePolicy',
      'iam:DetachRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'iam:PutRolePermissionsBoundary',
      'iam:DeleteRolePermissionsBoundary',
      'iam:DeleteRole',
    ),
  },
  // Every right of the vault's roles is in a managed policy.
  policy_changed: {
    says: 'What a policy of the vault allows was changed.',
    clause: '7.2.2',
    severity: 'low',
    alarm: 'roles-changed',
    ours: 'policy',
    calls: on(
      ['policyArn'],
      'iam:CreatePolicyVersion',
      'iam:SetDefaultPolicyVersion',
      'iam:DeletePolicyVersion',
      'iam:DeletePolicy',
    ),
  },
  policy_attached: {
    says: 'A policy of the vault was attached to a role, a user or a group.',
    clause: '7.2.5',
    severity: 'low',
    alarm: 'roles-changed',
    ours: 'policy',
    isListed: true,
    calls: on(['policyArn'], 'iam:AttachRolePolicy', 'iam:AttachUserPolicy', 'iam:AttachGroupPolicy'),
  },
  person_changed: {
    says: 'A user, a group or an access key was made, or what they may do was changed.',
    clause: '7.2.5',
    severity: 'low',
    alarm: 'roles-changed',
    ours: 'account',
    isListed: true,
    calls: {
      ...on(
        ['userName'],
        'iam:CreateUser',
        'iam:CreateAccessKey',
        'iam:CreateLoginProfile',
        'iam:UpdateLoginProfile',
        'iam:PutUserPolicy',
        'iam:AttachUserPolicy',
        'iam:PutUserPermissionsBoundary',
        'iam:DeleteUserPermissionsBoundary',
        'iam:DeactivateMFADevice',
      ),
      ...on(['groupName'], 'iam:PutGroupPolicy', 'iam:AttachGroupPolicy', 'iam:AddUserToGroup'),
    },
  },
  code_changed: {
    says: 'The code, the settings or the callers of a function of the vault were changed.',
    clause: '6.5.1',
    severity: 'low',
    alarm: 'code-changed',
    ours: 'function',
    calls: on(
      ['functionName'],
      'lambda:UpdateFunctionCode',
      'lambda:UpdateFunctionConfiguration',
      'lambda:DeleteFunction',
      'lambda:CreateAlias',
      'lambda:UpdateAlias',
      'lambda:AddPermission',
      'lambda:CreateFunctionUrlConfig',
      'lambda:UpdateFunctionUrlConfig',
      'lambda:CreateEventSourceMapping',
      'lambda:UpdateEventSourceMapping',
      'lambda:PutFunctionEventInvokeConfig',
      'lambda:UpdateFunctionEventInvokeConfig',
      'lambda:PutFunctionConcurrency',
    ),
  },
  // The effect of iam:PassRole, which has no record: other code runs with the rights of a function of the vault.
  role_passed: {
    says: 'A function that is none of the vault’s was given a role of the vault.',
    clause: '7.2.2',
    severity: 'low',
    alarm: 'code-changed',
    ours: 'role',
    calls: on(['role'], 'lambda:CreateFunction', 'lambda:UpdateFunctionConfiguration'),
  },
} as const satisfies Record<string, WatchedCalls>;

/**
 * Source: API Gateway API reference; developer guide, "Log calls to API Gateway APIs using AWS CloudTrail", where the body
 * of a request stands in a separate member (`updateStageInput`); WAF API reference.
 */
const API = {
  requests_logged: {
    says: 'API Gateway was told to write whole requests into a log, card numbers included.',
    clause: '3.3.1',
    severity: 'low',
    alarm: 'api-changed',
    ours: 'account',
    isNeverDeployed: true,
    calls: on(['restApiId'], 'apigateway:UpdateStage'),
  },
  api_changed: {
    says: 'The API was changed: its routes, what they lead to, its stage or who may call it.',
    clause: '6.5.1',
    severity: 'low',
    alarm: 'api-changed',
    ours: 'api',
    calls: on(
      ['restApiId'],
      'apigateway:UpdateRestApi',
      'apigateway:PutRestApi',
      'apigateway:DeleteRestApi',
      'apigateway:CreateResource',
      'apigateway:DeleteResource',
      'apigateway:PutMethod',
      'apigateway:UpdateMethod',
      'apigateway:DeleteMethod',
      'apigateway:PutIntegration',
      'apigateway:UpdateIntegration',
      'apigateway:DeleteIntegration',
      'apigateway:PutGatewayResponse',
      'apigateway:UpdateGatewayResponse',
      'apigateway:UpdateRequestValidator',
      'apigateway:CreateDeployment',
      'apigateway:UpdateDeployment',
      'apigateway:CreateStage',
      'apigateway:UpdateStage',
      'apigateway:DeleteStage',
    ),
  },
  domain_changed: {
    says: 'A domain name of the API was changed, or leads elsewhere.',
    clause: '6.5.1',
    severity: 'low',
    alarm: 'api-changed',
    ours: 'domain',
    calls: on(
      ['domainName'],
      'apigateway:UpdateDomainName',
      'apigateway:DeleteDomainName',
      'apigateway:CreateBasePathMapping',
      'apigateway:UpdateBasePathMapping',
      'apigateway:DeleteBasePathMapping',
      'apigateway:CreateApiMapping',
      'apigateway:UpdateApiMapping',
      'apigateway:DeleteApiMapping',
    ),
  },
  firewall_changed: {
    says: 'The firewall of the API was changed, or no longer writes its log.',
    clause: '6.4.2',
    severity: 'low',
    alarm: 'api-changed',
    ours: 'firewall',
    calls: {
      ...on(['id'], 'wafv2:UpdateWebACL', 'wafv2:DeleteWebACL'),
      ...on(['resourceArn'], 'wafv2:DeleteLoggingConfiguration'),
      ...on(['loggingConfiguration.resourceArn'], 'wafv2:PutLoggingConfiguration'),
    },
  },
  firewall_detached: {
    says: 'The API was given another firewall, or none.',
    clause: '6.4.2',
    severity: 'low',
    alarm: 'api-changed',
    ours: 'api',
    calls: on(['resourceArn'], 'wafv2:AssociateWebACL', 'wafv2:DisassociateWebACL'),
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: EventBridge Scheduler API reference. */
const SCHEDULES = {
  schedule_changed: {
    says: 'A schedule of the vault was changed or deleted, so that its sweep or its checks may no longer run.',
    clause: '10.7.2',
    severity: 'low',
    alarm: 'code-changed',
    ours: 'schedule',
    calls: on(['name'], 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'),
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: CloudFormation API reference. What a deployment changed is listed by the rows of what it changed. */
const DEPLOYMENTS = {
  deployed: {
    says: 'CloudFormation was asked to make, change or delete a stack.',
    clause: '6.5.1',
    severity: 'low',
    alarm: 'code-changed',
    ours: 'account',
    isListed: true,
    calls: on(
      ['stackName'],
      'cloudformation:CreateStack',
      'cloudformation:UpdateStack',
      'cloudformation:DeleteStack',
      'cloudformation:ExecuteChangeSet',
      'cloudformation:RollbackStack',
      'cloudformation:SetStackPolicy',
      'cloudformation:UpdateTerminationProtection',
    ),
  },
} as const satisfies Record<string, WatchedCalls>;

/** Source: Systems Manager API reference; the names are those of shared/base/destinations.ts. */
const DESTINATIONS = {
  destination_changed: {
    says: 'A place where live cards may go was added or removed.',
    clause: '7.2.2',
    severity: 'high',
    alarm: 'destination-changed',
    ours: 'destination',
    calls: { ...on(['name'], 'ssm:PutParameter', 'ssm:DeleteParameter'), ...on(['names'], 'ssm:DeleteParameters') },
  },
} as const satisfies Record<string, WatchedCalls>;

export const WATCHED_CALLS = {
  ...RECORDING,
  ...KEYS,
  ...TABLES,
  ...PERMISSIONS,
  ...DESTINATIONS,
  ...API,
  ...SCHEDULES,
  ...DEPLOYMENTS,
} as const satisfies Record<string, WatchedCalls>;

export type WatchedName = keyof typeof WATCHED_CALLS;

/** `kms:PutKeyPolicy` → `kms.amazonaws.com` and `PutKeyPolicy`. */
export function sourceAndName(call: string): readonly [source: string, name: string] {
  const [service = '', name = ''] = call.split(':');
  return [`${service}.amazonaws.com`, name];
}

/** The version that Lambda appends to its names: `UpdateFunctionCode20150331v2`. A new version must not hide a call. */
export const VERSION_OF_NAME = '20[0-9]{6}(v[0-9])?$';
const VERSION = new RegExp(VERSION_OF_NAME);

/** `lambda.amazonaws.com` and `UpdateFunctionCode20150331v2` → `lambda:UpdateFunctionCode` */
export const callOf = (source: string, name: string): string =>
  `${source.split('.')[0] ?? ''}:${name.replace(VERSION, '')}`;

/** The calls of some rows, each once. */
export const callsOf = (rows: readonly WatchedCalls[]): string[] => [
  ...new Set(rows.flatMap(({ calls }) => Object.keys(calls))),
];
