/**
 * What the trail says of the account, told from its own log group, which may be in another account. Deployments set some of
 * these off, and are then the explanation.
 */
import { type AlarmRow, ONCE, STOPPED } from './alarm.ts';

const calls = (source: string, names: readonly string[]): string =>
  `(($.eventSource = "${source}.amazonaws.com") && (${names.map((name) => `($.eventName = "${name}")`).join(' || ')}))`;

export const TRAIL_ALARMS: readonly AlarmRow[] = [
  {
    name: 'trail-silent',
    severity: 'high',
    guards: 'V12, 10.7.2',
    says: 'No event has reached the trail’s log group for half an hour, though the sweep alone makes some every minute.',
    watches: { aws: 'AWS/Logs', metric: 'IncomingLogEvents', of: 'trail logs' },
    ...STOPPED,
    periodMinutes: 30,
  },
  {
    name: 'trail-changed',
    severity: 'high',
    guards: 'V12, 10.3.2',
    says: 'Somebody stopped, deleted or changed the trail, or tried to.',
    watches: {
      pattern: `{ ${calls('cloudtrail', ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'])} }`,
    },
    ...ONCE,
  },
  {
    name: 'trail-store-changed',
    severity: 'high',
    guards: 'V12, 10.3.2',
    says: 'Somebody changed the policy, the lock, the lifecycle or the versions of a bucket, or tried to.',
    watches: {
      pattern: `{ ${calls('s3', [
        'PutBucketPolicy',
        'DeleteBucketPolicy',
        'DeleteBucket',
        'PutBucketVersioning',
        'PutBucketObjectLockConfiguration',
        'PutBucketLifecycle',
        'DeleteBucketLifecycle',
        'PutBucketEncryption',
        'DeleteBucketEncryption',
        'PutBucketPublicAccessBlock',
        'DeleteBucketPublicAccessBlock',
        'PutBucketLogging',
        'PutBucketReplication',
      ])} }`,
    },
    ...ONCE,
  },
  {
    name: 'logs-changed',
    severity: 'high',
    guards: '10.7.2',
    says: 'Somebody deleted logs, shortened how long they are kept, or silenced an alarm, or tried to.',
    watches: {
      pattern: `{ ${calls('logs', [
        'DeleteLogGroup',
        'DeleteLogStream',
        'PutRetentionPolicy',
        'DeleteRetentionPolicy',
        'DisassociateKmsKey',
        'DeleteMetricFilter',
      ])} || ${calls('monitoring', ['DeleteAlarms', 'DisableAlarmActions'])} || ${calls('sns', ['DeleteTopic', 'Unsubscribe'])} }`,
    },
    ...ONCE,
  },
  {
    name: 'key-changed',
    severity: 'high',
    guards: 'V5, 3.6.1',
    says: 'Somebody changed a KMS key’s policy, disabled it, stopped its rotation or planned its deletion, or tried to.',
    watches: {
      pattern: `{ ${calls('kms', [
        'PutKeyPolicy',
        'DisableKey',
        'DisableKeyRotation',
        'ScheduleKeyDeletion',
        'DeleteImportedKeyMaterial',
      ])} }`,
    },
    ...ONCE,
  },
  {
    name: 'kms-denied',
    severity: 'high',
    guards: 'V5, 10.2.1.4',
    says: 'KMS refused somebody the use of a key.',
    watches: { pattern: '{ ($.eventSource = "kms.amazonaws.com") && ($.errorCode = "AccessDenied*") }' },
    ...ONCE,
  },
  {
    name: 'table-changed',
    severity: 'high',
    guards: 'V2, 3.3.1',
    says: 'Somebody changed, copied, exported, restored or deleted a table, its stream or its recovery, or tried to.',
    watches: {
      pattern: `{ ${calls('dynamodb', [
        'UpdateTable',
        'DeleteTable',
        'UpdateContinuousBackups',
        'CreateBackup',
        'ExportTableToPointInTime',
        'RestoreTableFromBackup',
        'RestoreTableToPointInTime',
        'EnableKinesisStreamingDestination',
        'PutResourcePolicy',
      ])} }`,
    },
    ...ONCE,
  },
  {
    name: 'code-changed',
    severity: 'low',
    guards: '6.5.1',
    says: 'Somebody changed a function’s code, settings or callers.',
    watches: {
      pattern: `{ ${calls('lambda', [
        'UpdateFunctionCode20150331v2',
        'UpdateFunctionConfiguration20150331v2',
        'AddPermission20150331v2',
        'CreateFunctionUrlConfig',
        'CreateEventSourceMapping20150331',
      ])} }`,
    },
    ...ONCE,
  },
  {
    name: 'roles-changed',
    severity: 'low',
    guards: '7.2.5',
    says: 'Somebody changed what a role may do or who may take it, or made a user or an access key.',
    watches: {
      pattern: `{ ${calls('iam', [
        'CreatePolicyVersion',
        'SetDefaultPolicyVersion',
        'AttachRolePolicy',
        'PutRolePolicy',
        'UpdateAssumeRolePolicy',
        'DeleteRolePermissionsBoundary',
        'CreateUser',
        'CreateAccessKey',
      ])} }`,
    },
    ...ONCE,
  },
  {
    name: 'root-used',
    severity: 'high',
    guards: '10.2.1.2',
    says: 'Somebody acted as the account’s root user.',
    watches: {
      pattern:
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
    },
    ...ONCE,
  },
];
