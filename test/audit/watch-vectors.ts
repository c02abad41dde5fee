/**
 * A compliant and a violating record for every watch rule, in the shapes CloudTrail writes: its user guide and API
 * reference (EventSelector and AdvancedEventSelector in lower camel case), the KMS and DynamoDB developer guides' log
 * examples, the IAM, S3 and Lambda API references.
 */
import type { VaultResources } from '../../audit/trail/events.ts';
import type { WatchRuleName } from '../../audit/watch/watch-rules.ts';
import { ACCOUNT, kmsRecord, REGION, RESOURCES, tableRecord } from './trail-maker.ts';

/** A key that encrypts no card: of the trail, of the tables. */
const TRAIL_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/77777777-7777-4777-8777-777777777777`;
const ON_TRAIL_KEY = { requestParameters: { keyId: TRAIL_KEY }, resources: [{ ARN: TRAIL_KEY }] };
const POLICY = `arn:aws:iam::${ACCOUNT}:policy/Fuda-CreateChargePolicy`;
const ACL_ID = '99999999-9999-4999-8999-999999999999';
const ACL = `arn:aws:wafv2:${REGION}:${ACCOUNT}:regional/webacl/Acl-x/${ACL_ID}`;
const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:Fuda-Alarms`;

const VAULT_KEYS = {
  ...RESOURCES.keyArns,
  SecretKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa`,
  HoneyKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb`,
};
export const VAULT: VaultResources = {
  keyArns: VAULT_KEYS,
  tableNames: { ...RESOURCES.tableNames, Merchants: 'Fuda-Merchants-1', CaptureKeys: 'Fuda-CaptureKeys-1' },
  stated: {
    roleNames: ['Fuda-CreateCharge'],
    operatorNames: ['olga'],
    functionNames: ['Fuda-CreateCharge'],
    policyArns: [POLICY],
    region: REGION,
    vpcEndpointIds: ['vpce-1'],
    trailNames: ['fuda-trail'],
    keyIds: ['77777777-7777-4777-8777-777777777777'],
    apiIds: ['abc123defg'],
    domainNames: ['vault.example'],
    firewallNames: [ACL_ID],
    scheduleNames: ['Fuda-Sweep'],
    logGroupNames: ['/fuda/charge'],
    alarmNames: ['Fuda-high-sweep-stopped'],
    topicArns: [TOPIC],
    trailBucket: 'vault-trail',
    requiresMfa: true,
  },
};

const arnOf = (table: keyof typeof RESOURCES.tableNames) =>
  `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${RESOURCES.tableNames[table]}`;
const ARNS = Object.values(VAULT.tableNames).map((name) => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`);

/** A call with the vault's own endpoint, so that no rule about use is broken by the way. */
export const call = (source: string, eventName: string, requestParameters: object | null, differs: object = {}) =>
  kmsRecord({
    eventSource: `${source}.amazonaws.com`,
    eventName,
    requestParameters,
    resources: undefined,
    vpcEndpointId: 'vpce-1',
    ...differs,
  });
/** As CloudTrail shows API Gateway's calls: what the path names, and the body in a member of its own. */
const stage = (...patchOperations: readonly object[]) =>
  call('apigateway', 'UpdateStage', {
    restApiId: 'abc123defg',
    stageName: 'vault',
    updateStageInput: { patchOperations },
    template: false,
  });
export const key = (eventName: string, differs: object = {}) =>
  kmsRecord({ eventName, vpcEndpointId: 'vpce-1', requestParameters: { keyId: RESOURCES.keyArns.PanKey }, ...differs });
const table = (name: keyof typeof RESOURCES.tableNames, eventName: string, parameters: object = {}) =>
  tableRecord(name, eventName, parameters, { vpcEndpointId: 'vpce-1' });
const use = (differs: object = {}) => kmsRecord({ vpcEndpointId: 'vpce-1', ...differs });
const field = (name: string, equals: readonly string[]) => ({ field: name, equals });
export const person = { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/alice`, userName: 'alice' };
const withMfa = { ...person, sessionContext: { attributes: { mfaAuthenticated: 'true' } } };
const MANAGEMENT = { fieldSelectors: [field('eventCategory', ['Management'])] };
const tables = (arns: readonly string[], ...more: readonly object[]) => ({
  fieldSelectors: [
    field('eventCategory', ['Data']),
    field('resources.type', ['AWS::DynamoDB::Table']),
    field('resources.ARN', arns),
    ...more,
  ],
});
const selectors = (...advancedEventSelectors: readonly object[]) =>
  call('cloudtrail', 'PutEventSelectors', { trailName: 'fuda-trail', advancedEventSelectors });
const basic = (differs: object) =>
  call('cloudtrail', 'PutEventSelectors', {
    trailName: 'fuda-trail',
    eventSelectors: [
      {
        readWriteType: 'All',
        includeManagementEvents: true,
        dataResources: [{ type: 'AWS::DynamoDB::Table', values: ARNS }],
        excludeManagementEventSources: [],
        ...differs,
      },
    ],
  });

const session = (more: object, userName = 'Admin') => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${userName}/alice`,
  sessionContext: { sessionIssuer: { type: 'Role', userName }, ...more },
});
/** A role of the same name as one of ours, elsewhere. */
const inAccount = (account: string) => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/Fuda-CreateCharge/Fuda-CreateCharge`,
  sessionContext: { sessionIssuer: { type: 'Role', userName: 'Fuda-CreateCharge' } },
});
const recordOf = (tableName: string, name: string, userIdentity: object | undefined) =>
  tableRecord(
    'Ledger',
    name,
    { tableName },
    {
      vpcEndpointId: 'vpce-1',
      resources: undefined,
      ...(userIdentity && { userIdentity }),
    },
  );
const byAdmin = (name: string, keyName: keyof typeof VAULT_KEYS, encryptionContext: object = {}) =>
  key(name, {
    userIdentity: withMfa,
    requestParameters: { keyId: VAULT_KEYS[keyName], encryptionContext },
    resources: [{ ARN: VAULT_KEYS[keyName] }],
  });

interface Vectors {
  readonly compliant: readonly unknown[];
  readonly violating: readonly unknown[];
}

export const VECTORS: Readonly<Record<WatchRuleName, Vectors>> = {
  logging_stopped: {
    compliant: [
      call('cloudtrail', 'StopLogging', { name: 'another' }),
      call('cloudtrail', 'StartLogging', { name: 'fuda-trail' }),
    ],
    violating: [
      call('cloudtrail', 'StopLogging', { name: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/fuda-trail` }),
      call('cloudtrail', 'DeleteTrail', { name: 'fuda-trail' }),
    ],
  },
  trail_weakened: {
    compliant: [
      call('cloudtrail', 'UpdateTrail', {
        name: 'fuda-trail',
        enableLogFileValidation: true,
        s3BucketName: 'vault-trail',
        s3KeyPrefix: '',
        kmsKeyId: TRAIL_KEY,
        cloudWatchLogsLogGroupArn: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/fuda/charge:*`,
      }),
      call('cloudtrail', 'UpdateTrail', { name: 'another', enableLogFileValidation: false }),
    ],
    violating: [
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', enableLogFileValidation: false }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', isMultiRegionTrail: false }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', s3BucketName: 'another' }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', s3KeyPrefix: 'elsewhere' }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', kmsKeyId: '' }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', kmsKeyId: `${TRAIL_KEY.slice(0, -1)}8` }),
      call('cloudtrail', 'UpdateTrail', { name: 'fuda-trail', cloudWatchLogsLogGroupArn: '' }),
    ],
  },
  events_left_out: {
    compliant: [
      selectors(MANAGEMENT, tables(ARNS)),
      selectors(MANAGEMENT, tables([arnOf('Tokens')]), tables(ARNS.slice(1))),
      basic({}),
      basic({ dataResources: [{ type: 'AWS::DynamoDB::Table', values: ['arn:aws:dynamodb'] }] }),
    ],
    violating: [
      selectors(tables(ARNS)),
      selectors(MANAGEMENT),
      selectors(MANAGEMENT, tables([arnOf('Cards'), arnOf('Ledger')])),
      selectors(MANAGEMENT, tables(ARNS, field('readOnly', ['false']))),
      selectors(
        { fieldSelectors: [...MANAGEMENT.fieldSelectors, { field: 'eventSource', notEquals: ['kms.amazonaws.com'] }] },
        tables(ARNS),
      ),
      basic({ excludeManagementEventSources: ['kms.amazonaws.com'] }),
      basic({ includeManagementEvents: false }),
      basic({ readWriteType: 'WriteOnly' }),
      basic({ dataResources: [] }),
      call('cloudtrail', 'PutEventSelectors', { trailName: 'fuda-trail' }),
      call('cloudtrail', 'PutEventSelectors', {
        trailName: 'fuda-trail',
        eventSelectors: 'none',
        advancedEventSelectors: [null, 7],
      }),
    ],
  },
  trail_bucket_changed: {
    compliant: [
      call('s3', 'PutBucketPolicy', { bucketName: 'shop-images' }),
      call('s3', 'GetObject', { bucketName: 'vault-trail' }),
    ],
    violating: [
      call('s3', 'PutBucketPolicy', { bucketName: 'vault-trail' }),
      call('s3', 'DeleteBucketLifecycle', { bucketName: 'vault-trail' }),
    ],
  },
  trail_files_written: {
    compliant: [
      call(
        's3',
        'PutObject',
        { bucketName: 'vault-trail', key: `AWSLogs/${ACCOUNT}/CloudTrail/x.json.gz` },
        { userIdentity: { type: 'AWSService', invokedBy: 'cloudtrail.amazonaws.com' } },
      ),
      call('s3', 'PutObject', { bucketName: 'vault-trail', key: 'decryptions/2026/11/23/09.json.gz' }),
      call('s3', 'DeleteObject', { bucketName: 'shop-images', key: 'a.png' }),
    ],
    violating: [
      call('s3', 'PutObject', { bucketName: 'vault-trail', key: `AWSLogs/${ACCOUNT}/CloudTrail/x.json.gz` }),
      call(
        's3',
        'PutObject',
        { bucketName: 'vault-trail', key: 'decryptions/2026/11/23/09.json.gz' },
        { userIdentity: withMfa },
      ),
      call(
        's3',
        'DeleteObject',
        { bucketName: 'vault-trail', key: 'x' },
        { userIdentity: { type: 'AWSService', invokedBy: 'config.amazonaws.com' } },
      ),
      call('s3', 'DeleteObjects', { bucketName: 'vault-trail' }),
      call('s3', 'PutObject', { bucketName: 'vault-trail', key: 'decryptions/x' }, { userIdentity: session({}) }),
    ],
  },
  logs_changed: {
    compliant: [
      call('logs', 'DeleteLogGroup', { logGroupName: '/aws/lambda/shop' }),
      call('logs', 'PutRetentionPolicy', { logGroupName: '/fuda/charge-2', retentionInDays: 1 }),
    ],
    violating: [
      call('logs', 'PutRetentionPolicy', { logGroupName: '/fuda/charge', retentionInDays: 1 }),
      call('logs', 'DisassociateKmsKey', {
        resourceIdentifier: `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/fuda/charge:*`,
      }),
    ],
  },
  logs_forwarded: {
    compliant: [
      call('logs', 'PutSubscriptionFilter', { logGroupName: '/aws/lambda/shop', filterName: 'all' }),
      call('logs', 'DeleteSubscriptionFilter', { logGroupName: '/fuda/charge', filterName: 'all' }),
    ],
    violating: [
      call('logs', 'PutSubscriptionFilter', { logGroupName: '/fuda/charge', filterName: 'all', filterPattern: '' }),
      call('logs', 'CreateExportTask', { logGroupName: '/fuda/charge', destination: 'bucket' }),
      call('logs', 'PutAccountPolicy', { policyName: 'all', policyType: 'SUBSCRIPTION_FILTER_POLICY' }),
    ],
  },
  alarms_silenced: {
    compliant: [
      call('monitoring', 'DeleteAlarms', { alarmNames: ['shop-busy'] }),
      call('monitoring', 'PutMetricAlarm', { alarmName: 'shop-busy', actionsEnabled: false }),
      call('monitoring', 'EnableAlarmActions', { alarmNames: ['Fuda-high-sweep-stopped'] }),
    ],
    violating: [
      call('monitoring', 'DisableAlarmActions', { alarmNames: ['shop-busy', 'Fuda-high-sweep-stopped'] }),
      call('monitoring', 'PutMetricAlarm', { alarmName: 'Fuda-high-sweep-stopped', threshold: 1e9 }),
      call('monitoring', 'PutAlarmMuteRule', {
        name: 'night',
        muteTargets: { alarmNames: ['Fuda-high-sweep-stopped'] },
      }),
    ],
  },
  alarms_unheard: {
    compliant: [call('sns', 'DeleteTopic', { topicArn: `arn:aws:sns:${REGION}:${ACCOUNT}:shop` })],
    violating: [
      call('sns', 'DeleteTopic', { topicArn: TOPIC }),
      call('sns', 'SetSubscriptionAttributes', {
        subscriptionArn: `${TOPIC}:55555555-5555-4555-8555-555555555555`,
        attributeName: 'FilterPolicy',
      }),
      call('sns', 'Unsubscribe', { subscriptionArn: `${TOPIC}:55555555-5555-4555-8555-555555555555` }),
    ],
  },
  key_policy_changed: {
    compliant: [
      key('GetKeyPolicy'),
      key('PutKeyPolicy', { requestParameters: { keyId: 'arn:x' }, resources: [{ ARN: 'arn:x' }] }),
    ],
    violating: [key('PutKeyPolicy'), key('PutKeyPolicy', ON_TRAIL_KEY)],
  },
  key_granted: {
    compliant: [
      key('ListGrants'),
      // DynamoDB's own, as it makes a table that DataKey encrypts.
      key('CreateGrant', { ...ON_TRAIL_KEY, userIdentity: { ...person, invokedBy: 'dynamodb.amazonaws.com' } }),
    ],
    violating: [
      key('CreateGrant', ON_TRAIL_KEY),
      key('CreateGrant', { userIdentity: { ...withMfa, invokedBy: 'dynamodb.amazonaws.com' } }),
      key('CreateGrant', { requestParameters: { keyId: RESOURCES.keyArns.CvcKey, operations: ['Decrypt'] } }),
    ],
  },
  key_disabled: {
    compliant: [
      key('EnableKey'),
      key('EnableKeyRotation'),
      key('DisableKey', { requestParameters: { keyId: 'arn:x' }, resources: [{ ARN: 'arn:x' }] }),
    ],
    violating: [
      key('DisableKey'),
      key('ScheduleKeyDeletion'),
      key('DisableKeyRotation'),
      key('DisableKey', ON_TRAIL_KEY),
      key('ScheduleKeyDeletion', { ...ON_TRAIL_KEY, requestParameters: { keyId: 'alias/trail' } }),
      key('DisableKey', { requestParameters: { keyId: TRAIL_KEY.split('/')[1] }, resources: undefined }),
    ],
  },
  table_policy_changed: {
    compliant: [table('Ledger', 'GetResourcePolicy')],
    violating: [
      call('dynamodb', 'PutResourcePolicy', { resourceArn: arnOf('Cards'), policy: '{}' }),
      table('Ledger', 'DeleteResourcePolicy'),
    ],
  },
  one_time_table_kept: {
    compliant: [
      table('Tokens', 'UpdateContinuousBackups', {
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
      }),
      table('Cards', 'UpdateContinuousBackups', {
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      }),
      table('Tokens', 'UpdateTable', { provisionedThroughput: { readCapacityUnits: 5 } }),
      table('Tokens', 'UpdateTable', {
        globalSecondaryIndexUpdates: [{ create: { projection: { projectionType: 'KEYS_ONLY' } } }],
      }),
    ],
    violating: [
      table('Tokens', 'UpdateContinuousBackups', {
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      }),
      table('Tokens', 'UpdateContinuousBackups'),
      table('Tokens', 'UpdateTable', { streamSpecification: { streamEnabled: true, streamViewType: 'OLD_IMAGE' } }),
      table('Tokens', 'UpdateTable', { replicaUpdates: [{ create: { regionName: 'us-east-1' } }] }),
      table('Tokens', 'UpdateTable', {
        globalSecondaryIndexUpdates: [{ create: { projection: { projectionType: 'ALL' } } }],
      }),
      table('Tokens', 'EnableKinesisStreamingDestination'),
      table('Tokens', 'CreateBackup', { backupName: 'copy' }),
      call('dynamodb', 'ExportTableToPointInTime', { tableArn: arnOf('Tokens') }),
      call('dynamodb', 'RestoreTableFromBackup', {
        backupArn: `${arnOf('Tokens')}/backup/01700000000000-1a2b3c4d`,
        targetTableName: 'copy',
      }),
    ],
  },
  backed_up: {
    compliant: [
      call('backup', 'StartBackupJob', { resourceArn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/shop` }),
      call('backup', 'CreateBackupSelection', {
        backupPlanId: 'p',
        backupSelection: { selectionName: 'shop', resources: [`arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/shop`] },
      }),
      call('backup', 'DescribeBackupJob', { backupJobId: 'b' }),
    ],
    violating: [
      call('backup', 'StartBackupJob', { backupVaultName: 'default', resourceArn: arnOf('Cards') }),
      call('backup', 'CreateBackupSelection', {
        backupPlanId: 'p',
        backupSelection: { selectionName: 'all', resources: ['arn:aws:s3:::shop', 'arn:aws:dynamodb:*:*:table/*'] },
      }),
      call('backup', 'CreateBackupSelection', {
        backupPlanId: 'p',
        backupSelection: { selectionName: 'tagged', listOfTags: [{ conditionKey: 'backup', conditionValue: 'yes' }] },
      }),
      call('backup', 'StartRestoreJob', {
        recoveryPointArn: `arn:aws:backup:${REGION}:${ACCOUNT}:recovery-point:88888888`,
        metadata: { targetTableName: 'copy' },
      }),
    ],
  },
  table_expires: {
    compliant: [
      table('Ledger', 'UpdateTimeToLive', { timeToLiveSpecification: { enabled: false, attributeName: 'gone_at' } }),
      table('Ledger', 'DescribeTimeToLive'),
    ],
    violating: [
      table('Ledger', 'UpdateTimeToLive', { timeToLiveSpecification: { enabled: true, attributeName: 'gone_at' } }),
      table('Tokens', 'UpdateTimeToLive', {
        timeToLiveSpecification: { enabled: true, attributeName: 'expires_at_ms' },
      }),
    ],
  },
  cards_copied: {
    compliant: [
      table('Ledger', 'CreateBackup'),
      table('Cards', 'DescribeContinuousBackups'),
      table('Cards', 'UpdateTable', { deletionProtectionEnabled: true }),
      call('dynamodb', 'RestoreTableToPointInTime', {
        sourceTableName: RESOURCES.tableNames.Ledger,
        targetTableName: RESOURCES.tableNames.Cards,
      }),
    ],
    violating: [
      table('Cards', 'CreateBackup'),
      call('dynamodb', 'ExportTableToPointInTime', { tableArn: arnOf('Cards') }),
      call('dynamodb', 'RestoreTableToPointInTime', {
        sourceTableName: RESOURCES.tableNames.Cards,
        targetTableName: 'copy',
      }),
      call('dynamodb', 'RestoreTableToPointInTime', { sourceTableArn: arnOf('Cards'), targetTableName: 'copy' }),
      call('dynamodb', 'RestoreTableFromBackup', { backupArn: `${arnOf('Cards')}/backup/01700000000000-1a2b3c4d` }),
      call('dynamodb', 'CreateGlobalTable', { globalTableName: RESOURCES.tableNames.Cards }),
      table('Cards', 'UpdateTable', { replicaUpdates: [{ create: { regionName: 'us-east-1' } }] }),
      table('Cards', 'EnableKinesisStreamingDestination'),
    ],
  },
  table_unprotected: {
    compliant: [
      table('Cards', 'UpdateTable', { deletionProtectionEnabled: true }),
      table('Tokens', 'UpdateContinuousBackups', {
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
      }),
    ],
    violating: [
      table('Ledger', 'DeleteTable'),
      table('Cards', 'UpdateTable', { deletionProtectionEnabled: false }),
      table('Ledger', 'UpdateContinuousBackups', {
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
      }),
    ],
  },
  role_changed: {
    compliant: [call('iam', 'PutRolePolicy', { roleName: 'Shop' })],
    violating: [call('iam', 'AttachRolePolicy', { roleName: 'Fuda-CreateCharge' })],
  },
  policy_changed: {
    compliant: [
      call('iam', 'CreatePolicyVersion', { policyArn: `${POLICY}-2`, policyDocument: '{}', setAsDefault: true }),
      call('iam', 'GetPolicyVersion', { policyArn: POLICY, versionId: 'v1' }),
    ],
    violating: [
      call('iam', 'CreatePolicyVersion', { policyArn: POLICY, policyDocument: '{}', setAsDefault: true }),
      call('iam', 'SetDefaultPolicyVersion', { policyArn: POLICY, versionId: 'v1' }),
      call('iam', 'DeletePolicyVersion', { policyArn: POLICY, versionId: 'v1' }),
    ],
  },
  policy_attached: {
    compliant: [call('iam', 'AttachUserPolicy', { userName: 'bob', policyArn: 'arn:aws:iam::aws:policy/ReadOnly' })],
    violating: [
      call('iam', 'AttachUserPolicy', { userName: 'bob', policyArn: POLICY }),
      call('iam', 'AttachGroupPolicy', { groupName: 'all', policyArn: POLICY }),
      call('iam', 'AttachRolePolicy', { roleName: 'Shop', policyArn: POLICY }),
    ],
  },
  person_changed: {
    compliant: [call('iam', 'GetUser', { userName: 'bob' })],
    violating: [
      call('iam', 'CreateUser', { userName: 'bob' }),
      call('iam', 'CreateAccessKey', null),
      call('iam', 'PutUserPolicy', { userName: 'bob', policyName: 'all', policyDocument: '{}' }),
      call('iam', 'AddUserToGroup', { groupName: 'admins', userName: 'bob' }),
    ],
  },
  role_passed: {
    compliant: [
      call('lambda', 'CreateFunction20150331', { functionName: 'shop', role: `arn:aws:iam::${ACCOUNT}:role/Shop` }),
      call('lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'shop', timeout: 3 }),
      call('lambda', 'UpdateFunctionConfiguration20150331v2', {
        functionName: 'Fuda-CreateCharge',
        role: `arn:aws:iam::${ACCOUNT}:role/Fuda-CreateCharge`,
      }),
    ],
    violating: [
      call('lambda', 'CreateFunction20150331', {
        functionName: 'shop',
        role: `arn:aws:iam::${ACCOUNT}:role/Fuda-CreateCharge`,
      }),
      call('lambda', 'UpdateFunctionConfiguration20150331v2', {
        functionName: 'shop',
        role: `arn:aws:iam::${ACCOUNT}:role/path/Fuda-CreateCharge`,
      }),
    ],
  },
  destination_changed: {
    compliant: [
      call('ssm', 'PutParameter', { name: '/shop/settings' }),
      call('ssm', 'PutParameter', { name: '/fuda/Fuda/other' }),
      call('ssm', 'GetParameter', { name: '/fuda/Fuda/destinations/export/x' }),
    ],
    violating: [
      call('ssm', 'PutParameter', {
        name: `/fuda/Fuda/destinations/forward/api.psp.example/443/sha256-${'a'.repeat(32)}`,
      }),
      call('ssm', 'DeleteParameter', { name: '/fuda/Fuda/destinations/processor/auth.acquirer.example/7001/1.T.M' }),
      call('ssm', 'DeleteParameters', { names: ['/shop/settings', '/fuda/Fuda/destinations/export/x'] }),
    ],
  },
  requests_logged: {
    compliant: [
      stage({ op: 'replace', path: '/*/*/logging/dataTrace', value: 'false' }),
      stage({ op: 'replace', path: '/*/*/logging/loglevel', value: 'ERROR' }),
      stage({ op: 'remove', path: '/*/*/logging/dataTrace' }),
    ],
    violating: [
      stage({ op: 'replace', path: '/*/*/logging/dataTrace', value: 'true' }),
      stage(
        { op: 'replace', path: '/description', value: 'x' },
        { op: 'replace', path: '/~1v1~1tokens/POST/logging/dataTrace', value: 'True' },
      ),
      call('apigateway', 'UpdateStage', {
        restApiId: 'another',
        patchOperations: [{ op: 'add', path: '/*/*/logging/dataTrace', value: true }],
      }),
    ],
  },
  api_changed: {
    compliant: [
      call('apigateway', 'PutIntegration', { restApiId: 'shopapi123', resourceId: 'r', httpMethod: 'POST' }),
      call('apigateway', 'GetRestApi', { restApiId: 'abc123defg' }),
    ],
    violating: [
      call('apigateway', 'PutIntegration', {
        restApiId: 'abc123defg',
        resourceId: 'r',
        httpMethod: 'POST',
        putIntegrationInput: { type: 'HTTP_PROXY', uri: 'https://collector.example/' },
      }),
      call('apigateway', 'CreateDeployment', {
        restApiId: 'abc123defg',
        createDeploymentInput: { stageName: 'vault' },
        template: false,
      }),
      call('apigateway', 'UpdateRestApi', {
        restApiId: 'abc123defg',
        updateRestApiInput: { patchOperations: [{ op: 'replace', path: '/policy', value: '{}' }] },
      }),
      stage({ op: 'replace', path: '/description', value: 'x' }),
    ],
  },
  domain_changed: {
    compliant: [call('apigateway', 'UpdateDomainName', { domainName: 'shop.example' })],
    violating: [
      call('apigateway', 'UpdateDomainName', { domainName: 'vault.example' }),
      call('apigateway', 'CreateBasePathMapping', {
        domainName: 'vault.example',
        createBasePathMappingInput: { restApiId: 'shopapi123', basePath: 'v1' },
      }),
      call('apigateway', 'UpdateApiMapping', { domainName: 'vault.example', apiMappingId: 'm' }),
    ],
  },
  firewall_changed: {
    compliant: [call('wafv2', 'UpdateWebACL', { name: 'shop', id: 'aaaaaaaa', scope: 'REGIONAL', rules: [] })],
    violating: [
      call('wafv2', 'UpdateWebACL', { name: 'Acl-x', id: ACL_ID, scope: 'REGIONAL', rules: [] }),
      call('wafv2', 'DeleteLoggingConfiguration', { resourceArn: ACL }),
      call('wafv2', 'PutLoggingConfiguration', { loggingConfiguration: { resourceArn: ACL, redactedFields: [] } }),
    ],
  },
  firewall_detached: {
    compliant: [
      call('wafv2', 'DisassociateWebACL', {
        resourceArn: `arn:aws:apigateway:${REGION}::/restapis/shopapi123/stages/vault`,
      }),
    ],
    violating: [
      call('wafv2', 'DisassociateWebACL', {
        resourceArn: `arn:aws:apigateway:${REGION}::/restapis/abc123defg/stages/vault`,
      }),
      call('wafv2', 'AssociateWebACL', {
        webACLArn: `${ACL}x`,
        resourceArn: `arn:aws:apigateway:${REGION}::/restapis/abc123defg/stages/vault`,
      }),
    ],
  },
  schedule_changed: {
    compliant: [call('scheduler', 'UpdateSchedule', { name: 'shop', groupName: 'default' })],
    violating: [
      call('scheduler', 'UpdateSchedule', { name: 'Fuda-Sweep', groupName: 'default', state: 'DISABLED' }),
      call('scheduler', 'DeleteSchedule', { name: 'Fuda-Sweep' }),
    ],
  },
  deployed: {
    compliant: [call('cloudformation', 'CreateChangeSet', { stackName: 'Fuda' })],
    violating: [
      call('cloudformation', 'ExecuteChangeSet', {
        changeSetName: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:changeSet/cdk-deploy-change-set/66666666`,
        stackName: 'Fuda',
      }),
      call('cloudformation', 'UpdateStack', { stackName: 'Fuda' }),
    ],
  },
  code_changed: {
    compliant: [call('lambda', 'UpdateFunctionCode20150331v2', { functionName: 'shop' })],
    violating: [
      call('lambda', 'UpdateFunctionCode20150331v2', {
        functionName: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:Fuda-CreateCharge`,
      }),
      call('lambda', 'UpdateFunctionConfiguration20150331v2', { functionName: 'Fuda-CreateCharge', layers: ['x'] }),
      call('lambda', 'AddPermission20150331v2', { functionName: 'Fuda-CreateCharge', principal: '*' }),
      call('lambda', 'CreateFunctionUrlConfig', { functionName: 'Fuda-CreateCharge', authType: 'NONE' }),
      call('lambda', 'UpdateAlias20150331', { functionName: 'Fuda-CreateCharge', name: 'live', functionVersion: '2' }),
      call('lambda', 'PutFunctionConcurrency20171031', {
        functionName: 'Fuda-CreateCharge',
        reservedConcurrentExecutions: 0,
      }),
    ],
  },
  stranger: {
    compliant: [
      use(),
      tableRecord('Tokens', 'Query', { indexName: 'due' }, { userIdentity: withMfa, vpcEndpointId: 'vpce-1' }),
      tableRecord('Ledger', 'GetItem', {}, { userIdentity: withMfa, vpcEndpointId: 'vpce-1' }),
      key('PutKeyPolicy', { userIdentity: withMfa }),
      byAdmin('Encrypt', 'SecretKey'),
      byAdmin('Encrypt', 'HoneyKey'),
      byAdmin('DescribeKey', 'PanKey'),
    ],
    violating: [
      use({ userIdentity: withMfa }),
      use({ userIdentity: { ...person, type: 'IAMUser', userName: 'Fuda-CreateCharge' } }),
      tableRecord(
        'Cards',
        'GetItem',
        { key: { card_id: 'card_1' } },
        { userIdentity: withMfa, vpcEndpointId: 'vpce-1' },
      ),
      tableRecord('Tokens', 'Scan', {}, { userIdentity: withMfa, vpcEndpointId: 'vpce-1' }),
      tableRecord('Cards', 'ExecuteTransaction', {}, { userIdentity: withMfa, vpcEndpointId: 'vpce-1' }),
      use({ userIdentity: inAccount('999999999999') }),
      byAdmin('GenerateMac', 'FingerprintKey'),
      byAdmin('Decrypt', 'CaptureKey', { purpose: 'capture', record: 'current' }),
      byAdmin('Decrypt', 'SecretKey'),
      recordOf('Fuda-CaptureKeys-1', 'PutItem', withMfa),
    ],
  },
  ledger_written: {
    compliant: [
      table('Ledger', 'PutItem'),
      recordOf('Fuda-Ledger-1', 'Query', withMfa),
      recordOf('Fuda-Ledger-1', 'BatchGetItem', withMfa),
    ],
    violating: [
      recordOf('Fuda-Ledger-1', 'PutItem', withMfa),
      recordOf('Fuda-Ledger-1', 'UpdateItem', inAccount('999999999999')),
      recordOf('Fuda-Ledger-1', 'TransactWriteItems', person),
      recordOf('Fuda-Ledger-1', 'ExecuteStatement', withMfa),
      recordOf('Fuda-Ledger-1', 'PutItem', { ...person, type: 'IAMUser', userName: 'Fuda-CreateCharge' }),
    ],
  },
  merchants_written: {
    compliant: [
      recordOf('Fuda-Merchants-1', 'PutItem', { ...withMfa, userName: 'olga' }),
      recordOf('Fuda-Merchants-1', 'GetItem', withMfa),
      recordOf('Fuda-Merchants-1', 'UpdateItem', undefined),
    ],
    violating: [
      recordOf('Fuda-Merchants-1', 'PutItem', withMfa),
      recordOf('Fuda-Merchants-1', 'BatchWriteItem', withMfa),
    ],
  },
  root_used: {
    compliant: [use()],
    violating: [key('ListGrants', { userIdentity: { ...withMfa, type: 'Root' } })],
  },
  no_mfa: {
    compliant: [
      key('ListGrants', { userIdentity: withMfa }),
      use(),
      key('ListGrants', { userIdentity: session({ attributes: { mfaAuthenticated: 'true' } }) }),
      key('ListGrants', { userIdentity: { ...session({}), inScopeOf: { issuerType: 'AWS::Lambda::Function' } } }),
      key('ListGrants', { userIdentity: session({ ec2RoleDelivery: '2.0' }) }),
      key('ListGrants', {
        userIdentity: session({ webIdFederationData: { federatedProvider: 'arn:aws:iam::1:oidc-provider/ci' } }),
      }),
      key('ListGrants', { userIdentity: session({}, 'AWSReservedSSO_Operator_0123456789abcdef') }),
    ],
    violating: [
      key('ListGrants', { userIdentity: session({}) }),
      key('ListGrants', {
        userIdentity: session({ webIdFederationData: {}, attributes: { mfaAuthenticated: 'false' } }),
      }),
      key('ListGrants', { userIdentity: person }),
      tableRecord(
        'Ledger',
        'Query',
        {},
        { userIdentity: { ...person, sessionContext: { attributes: { mfaAuthenticated: 'false' } } } },
      ),
    ],
  },
  outside_region: { compliant: [use()], violating: [use({ awsRegion: 'us-east-1' })] },
  outside_vpc: {
    compliant: [use()],
    violating: [use({ vpcEndpointId: undefined }), use({ vpcEndpointId: 'vpce-2' })],
  },
  weak_tls: {
    compliant: [use(), use({ tlsDetails: { tlsVersion: 'TLSv1.3' } })],
    violating: [use({ tlsDetails: { tlsVersion: 'TLSv1.1' } }), use({ tlsDetails: { tlsVersion: 'SSLv3' } })],
  },
};
