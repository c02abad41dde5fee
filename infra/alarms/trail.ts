/**
 * Alarms on the events of the trail's log group, which can be in another account. A deployment also sets some of them
 * off; docs/runbook.md says which.
 */
import { type AlarmRow, ONCE, STOPPED } from './alarm.ts';

const calls = (source: string, names: readonly string[]): string =>
  `(($.eventSource = "${source}.amazonaws.com") && (${names.map((name) => `($.eventName = "${name}")`).join(' || ')}))`;

export const TRAIL_ALARMS: readonly AlarmRow[] = [
  {
    name: 'trail-silent',
    severity: 'high',
    guards: 'V12, 10.7.2',
    says: 'No event has reached the trail’s log group for half an hour, though the sweep alone causes some every minute.',
    watches: { aws: 'AWS/Logs', metric: 'IncomingLogEvents', of: 'trail logs' },
    ...STOPPED,
    periodMinutes: 30,
  },
  {
    name: 'trail-changed',
    severity: 'high',
    guards: 'V12, 10.3.2',
    says: 'The trail was stopped, deleted or changed, or a call tried to.',
    watches: {
      pattern: `{ ${calls('cloudtrail', ['StopLogging', 'DeleteTrail', 'UpdateTrail', 'PutEventSelectors'])} }`,
    },
    ...ONCE,
  },
  {
    name: 'trail-store-changed',
    severity: 'high',
    guards: 'V12, 10.3.2',
    says: 'The policy, lock, lifecycle or versioning of a bucket was changed, or a call tried to.',
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
    says: 'Logs were deleted, their retention was shortened or an alarm was silenced, or a call tried to.',
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
    says: 'A KMS key’s policy was changed, its rotation was stopped, or it was disabled or scheduled for deletion, or a call tried to.',
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
    says: 'KMS denied the use of a key.',
    watches: { pattern: '{ ($.eventSource = "kms.amazonaws.com") && ($.errorCode = "AccessDenied*") }' },
    ...ONCE,
  },
  {
    name: 'table-changed',
    severity: 'high',
    guards: 'V2, 3.3.1',
    says: 'A table, its stream or its recovery was changed, copied, exported, restored or deleted, or a call tried to.',
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
    name: 'destination-changed',
    severity: 'high',
    guards: 'V14, 7.2.2',
    says: 'A deployment added or removed a place where live cards may go, or a call tried to.',
    watches: {
      pattern: `{ ${calls('ssm', ['PutParameter', 'DeleteParameter'])} && ($.requestParameters.name = "/fuda/*/destinations/*") }`,
    },
    ...ONCE,
  },
  {
    name: 'code-changed',
    severity: 'low',
    guards: '6.5.1',
    says: 'A function’s code, settings or allowed callers were changed.',
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
    says: 'A role’s permissions or trust policy were changed, or a user or an access key was created.',
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
    says: 'The account’s root user was used.',
    watches: {
      pattern:
        '{ ($.userIdentity.type = "Root") && ($.userIdentity.invokedBy NOT EXISTS) && ($.eventType != "AwsServiceEvent") }',
    },
    ...ONCE,
  },
];
