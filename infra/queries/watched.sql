-- Calls that can blind the audit, widen access to cards or copy them. `fuda evidence` also reads their parameters and
-- leaves out harmless ones; this query lists all of them for review.
SELECT
  substr(eventtime, 1, 10) AS day,
  eventsource,
  eventname,
  coalesce(useridentity.sessioncontext.sessionissuer.username, useridentity.username, useridentity.arn) AS caller,
  count(DISTINCT eventid) AS calls,
  min(eventid) AS example_eventid
FROM cloudtrail
WHERE day BETWEEN ? AND ?
  AND concat(eventsource, ':', eventname) IN (
    'cloudtrail.amazonaws.com:DeleteTrail',
    'cloudtrail.amazonaws.com:PutEventSelectors',
    'cloudtrail.amazonaws.com:StopLogging',
    'cloudtrail.amazonaws.com:UpdateTrail',
    'dynamodb.amazonaws.com:CreateBackup',
    'dynamodb.amazonaws.com:CreateGlobalTable',
    'dynamodb.amazonaws.com:DeleteResourcePolicy',
    'dynamodb.amazonaws.com:DeleteTable',
    'dynamodb.amazonaws.com:EnableKinesisStreamingDestination',
    'dynamodb.amazonaws.com:ExportTableToPointInTime',
    'dynamodb.amazonaws.com:PutResourcePolicy',
    'dynamodb.amazonaws.com:RestoreTableFromBackup',
    'dynamodb.amazonaws.com:RestoreTableToPointInTime',
    'dynamodb.amazonaws.com:UpdateContinuousBackups',
    'dynamodb.amazonaws.com:UpdateTable',
    'iam.amazonaws.com:AttachRolePolicy',
    'iam.amazonaws.com:DeleteRolePermissionsBoundary',
    'iam.amazonaws.com:DeleteRolePolicy',
    'iam.amazonaws.com:DetachRolePolicy',
    'iam.amazonaws.com:PutRolePermissionsBoundary',
    'iam.amazonaws.com:PutRolePolicy',
    'iam.amazonaws.com:UpdateAssumeRolePolicy',
    'kms.amazonaws.com:CreateGrant',
    'kms.amazonaws.com:DeleteImportedKeyMaterial',
    'kms.amazonaws.com:DisableKey',
    'kms.amazonaws.com:DisableKeyRotation',
    'kms.amazonaws.com:PutKeyPolicy',
    'kms.amazonaws.com:ScheduleKeyDeletion',
    'lambda.amazonaws.com:AddPermission20150331v2',
    'lambda.amazonaws.com:UpdateFunctionCode20150331v2',
    'lambda.amazonaws.com:UpdateFunctionConfiguration20150331v2',
    's3.amazonaws.com:DeleteBucket',
    's3.amazonaws.com:DeleteBucketPolicy',
    's3.amazonaws.com:DeleteBucketPublicAccessBlock',
    's3.amazonaws.com:DeleteObject',
    's3.amazonaws.com:DeleteObjects',
    's3.amazonaws.com:PutBucketAcl',
    's3.amazonaws.com:PutBucketLifecycle',
    's3.amazonaws.com:PutBucketObjectLockConfiguration',
    's3.amazonaws.com:PutBucketPolicy',
    's3.amazonaws.com:PutBucketPublicAccessBlock',
    's3.amazonaws.com:PutBucketReplication',
    's3.amazonaws.com:PutBucketVersioning'
  )
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
