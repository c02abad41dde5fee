/**
 * For each rule of the vault's own pack a stack that complies and stacks that do not, each of these wrong in one way. A
 * stack is a list of resources by their path; `{ at: path }` stands for a reference to one of them.
 */
import { KEYS, TABLES, type TableName } from '../../../shared/base/tables.ts';

export interface Case {
  /** Path → type and properties. */
  readonly good: ResourceTable;
  /** The fault the rule must name → what is changed. */
  readonly bad: Readonly<Record<string, ResourceTable>>;
}

export type ResourceTable = Readonly<Record<string, readonly [type: string, properties: object]>>;

const table = (name: TableName, more: object = {}, type = 'AWS::DynamoDB::Table'): readonly [string, object] => [
  type,
  {
    KeySchema: [{ AttributeName: TABLES[name].key, KeyType: 'HASH' }],
    AttributeDefinitions: [
      TABLES[name].key,
      ...Object.values(TABLES[name].indexes).map(({ partition }) => partition),
    ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    DeletionProtectionEnabled: true,
    ...more,
  },
];
const allow = (Action: string | string[], Resource: unknown, Condition: object = {}, more: object = {}) => ({
  PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource, Condition }] },
  ...more,
});
const role: readonly [string, object] = ['AWS::IAM::Role', {}];
const key = (...statements: readonly object[]): readonly [string, object] => [
  'AWS::KMS::Key',
  { KeyPolicy: { Statement: statements }, EnableKeyRotation: true, PendingWindowInDays: 30 },
];
const policy = (properties: object): readonly [string, object] => ['AWS::IAM::ManagedPolicy', properties];
const stage = (properties: object): readonly [string, object] => ['AWS::ApiGateway::Stage', properties];

const CHARGE = { at: 'Functions/CdeCreateCharge/Role' };
const TOKENIZE = { at: 'Functions/CdeCreateToken/Role' };
const STRANGER = { at: 'Functions/ApiGetCard/Role' };
const PAN_KEY = { at: 'Keys/PanKey' };
const MAC_KEY = { at: 'Keys/FingerprintKey' };
const FUNCTIONS = {
  'Functions/CdeCreateCharge/Role': role,
  'Functions/CdeCreateToken/Role': role,
  'Functions/ApiGetCard/Role': role,
};
const PAN_CONTEXT = {
  StringEquals: { 'kms:EncryptionContext:purpose': KEYS.PanKey.purpose },
  'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': [...KEYS.PanKey.context] },
  Null: {
    'kms:EncryptionContextKeys': 'false',
    'kms:EncryptionContext:merchant': 'false',
    'kms:EncryptionContext:record': 'false',
  },
};
const KINDS = {
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ch_*'] },
  Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
};
const NO_DECRYPTIONS = { 'ForAllValues:StringNotEquals': { 'dynamodb:Attributes': ['decryptions'] } };
const LEDGER = { at: 'Tables/Ledger' };
const writesLedger = (Role: object, Condition: object, Resource: unknown = LEDGER, Action = 'dynamodb:UpdateItem') => ({
  ...FUNCTIONS,
  'Tables/Ledger': table('Ledger'),
  Policy: policy(allow(Action, Resource, Condition, { Roles: [Role] })),
});
const MAC = { StringEquals: { 'kms:MacAlgorithm': 'HMAC_SHA_256' } };
const asRole = (arn: object, conditions: object) => ({ ...conditions, ArnEquals: { 'aws:PrincipalArn': arn } });
const onKey = (Action: string, Condition: object) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  Principal: '*',
  Condition,
});
const decrypt = (Roles: readonly object[], Condition: object = PAN_CONTEXT, Resource: unknown = PAN_KEY) =>
  policy(allow('kms:Decrypt', Resource, Condition, { Roles }));
const without = (operator: 'ForAllValues:StringEquals' | 'Null' | 'StringEquals') => {
  const { [operator]: _, ...rest } = PAN_CONTEXT;
  return rest;
};

const backup = (selection: object): ResourceTable => ({
  Tokens: table('Tokens'),
  CaptureKeys: table('CaptureKeys'),
  Selection: ['AWS::Backup::BackupSelection', { BackupSelection: selection }],
});
const trail = (changes: object): ResourceTable => ({
  Trail: [
    'AWS::CloudTrail::Trail',
    {
      IsLogging: true,
      IsMultiRegionTrail: true,
      EnableLogFileValidation: true,
      KMSKeyId: 'key',
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
      ...changes,
    },
  ],
});
const trailBucket = (changes: object): ResourceTable => ({
  Bucket: [
    'AWS::S3::Bucket',
    {
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 400, Mode: 'COMPLIANCE' } } },
      VersioningConfiguration: { Status: 'Enabled' },
      ...changes,
    },
  ],
  Policy: [
    'AWS::S3::BucketPolicy',
    {
      Bucket: { at: 'Bucket' },
      PolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 's3:PutObject', Principal: { Service: 'cloudtrail.amazonaws.com' } }],
      },
    },
  ],
});
const lambdas = (...roles: readonly object[]): ResourceTable =>
  Object.fromEntries(roles.map((Role, index) => [`Function${index}`, ['AWS::Lambda::Function', { Role }] as const]));

export const CASES: Readonly<Record<string, Case>> = {
  OneTimeTableKeepsNothing: {
    good: {
      Tokens: table('Tokens', { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }),
      Cards: table('Cards', { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    },
    bad: {
      recovery: { Tokens: table('Tokens', { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }) },
      'recovery, of keys': {
        CaptureKeys: table('CaptureKeys', { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
      },
      stream: { Tokens: table('Tokens', { StreamSpecification: { StreamViewType: 'KEYS_ONLY' } }) },
      kinesis: { Tokens: table('Tokens', { KinesisStreamSpecification: { StreamArn: 'arn' } }) },
      replica: { Tokens: table('Tokens', { Replicas: [{ Region: 'a' }] }, 'AWS::DynamoDB::GlobalTable') },
    },
  },
  OneTimeTableIsNotBackedUp: {
    good: backup({
      Resources: ['arn:aws:dynamodb:*:*:table/*'],
      NotResources: [{ at: 'Tokens' }, { at: 'CaptureKeys' }],
    }),
    bad: {
      named: backup({ Resources: [{ at: 'Tokens' }] }),
      'named, of keys': backup({ Resources: [{ at: 'CaptureKeys' }] }),
      pattern: backup({ Resources: ['*'] }),
      'pattern, with one of two spared': backup({ Resources: ['*'], NotResources: [{ at: 'Tokens' }] }),
      tags: backup({ ListOfTags: [{ ConditionType: 'STRINGEQUALS', ConditionKey: 'backup', ConditionValue: 'yes' }] }),
    },
  },
  TablesCannotBeDeleted: {
    good: { Cards: table('Cards'), Simulator: table('Simulator', { DeletionProtectionEnabled: false }) },
    bad: { unprotected: { Cards: table('Cards', { DeletionProtectionEnabled: false }) } },
  },
  CardKeysStayInTheCde: {
    good: {
      ...FUNCTIONS,
      'Keys/PanKey': key(onKey('kms:Decrypt', asRole(CHARGE, PAN_CONTEXT)), onKey('kms:PutKeyPolicy', {})),
      Policy: decrypt([CHARGE]),
    },
    bad: {
      'stranger, by its own policy': { ...FUNCTIONS, 'Keys/PanKey': key(), Policy: decrypt([STRANGER]) },
      'stranger, beside one that may': { ...FUNCTIONS, 'Keys/PanKey': key(), Policy: decrypt([CHARGE, STRANGER]) },
      'stranger, by the key’s policy': {
        ...FUNCTIONS,
        'Keys/PanKey': key(onKey('kms:Decrypt', asRole(STRANGER, PAN_CONTEXT))),
      },
      'stranger, not named by the key’s policy': {
        ...FUNCTIONS,
        'Keys/CvcKey2': key(onKey('kms:Decrypt', PAN_CONTEXT)),
      },
      'stranger, any key': { ...FUNCTIONS, Policy: decrypt([STRANGER], PAN_CONTEXT, '*') },
      'stranger, as a policy without a holder': { 'Keys/PanKey': key(), Policy: decrypt([]) },
    },
  },
  CardKeysNameTheirRecord: {
    good: {
      ...FUNCTIONS,
      'Keys/PanKey': key(onKey('kms:Decrypt', asRole(CHARGE, PAN_CONTEXT))),
      'Keys/FingerprintKey': key(onKey('kms:GenerateMac', asRole(TOKENIZE, MAC))),
      Policy: decrypt([CHARGE]),
    },
    bad: {
      'context, none': { ...FUNCTIONS, 'Keys/PanKey': key(), Policy: decrypt([CHARGE], {}) },
      'context, more names': {
        ...FUNCTIONS,
        'Keys/PanKey': key(),
        Policy: decrypt([CHARGE], without('ForAllValues:StringEquals')),
      },
      'context, fewer names': { ...FUNCTIONS, 'Keys/PanKey': key(), Policy: decrypt([CHARGE], without('Null')) },
      'context, any purpose': { ...FUNCTIONS, 'Keys/PanKey': key(onKey('kms:Decrypt', without('StringEquals'))) },
      'context, another purpose': { ...FUNCTIONS, 'Keys/CvcKey': key(onKey('kms:Decrypt', PAN_CONTEXT)) },
      'context, any key': { ...FUNCTIONS, Policy: decrypt([CHARGE], PAN_CONTEXT, '*') },
    },
  },
  LedgerWritesNameTheirKind: {
    good: writesLedger(CHARGE, KINDS),
    bad: {
      'kind, any': writesLedger(CHARGE, {}),
      'kind, every': writesLedger(CHARGE, { ...KINDS, 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*'] } }),
      'kind, where the request names one': writesLedger(CHARGE, { ...KINDS, Null: {} }),
      'kind, of any table': writesLedger(CHARGE, {}, '*'),
      'kind, of all tables here': writesLedger(CHARGE, {}, 'arn:aws:dynamodb:*:*:table/*'),
      'kind, in a batch': writesLedger(CHARGE, {}, LEDGER, 'dynamodb:BatchWriteItem'),
      'kind, in a statement of SQL': writesLedger(CHARGE, {}, LEDGER, 'dynamodb:PartiQLUpdate'),
      'decryptions, by a stranger': writesLedger(STRANGER, KINDS),
      'decryptions, where the request names none': writesLedger(STRANGER, {
        ...KINDS,
        ...NO_DECRYPTIONS,
        Null: { 'dynamodb:LeadingKeys': 'false' },
      }),
    },
  },
  FingerprintsAreMadeInOnePlace: {
    good: {
      ...FUNCTIONS,
      'Keys/FingerprintKey': key(onKey('kms:GenerateMac', asRole(TOKENIZE, MAC))),
      Policy: policy(allow('kms:GenerateMac', MAC_KEY, MAC, { Roles: [TOKENIZE] })),
    },
    bad: {
      'stranger, by its own policy': {
        ...FUNCTIONS,
        'Keys/FingerprintKey': key(),
        Policy: policy(allow('kms:VerifyMac', MAC_KEY, MAC, { Roles: [CHARGE] })),
      },
      'stranger, by the key’s policy': { ...FUNCTIONS, 'Keys/FingerprintKey': key(onKey('kms:GenerateMac', MAC)) },
    },
  },
  KeysAreNotHandedOn: {
    good: { Key: key(onKey('kms:CreateGrant', { Bool: { 'kms:GrantIsForAWSResource': 'true' } })) },
    bad: {
      grant: { Key: key(onKey('kms:CreateGrant', {})) },
      'grant, among all': { Key: key(onKey('kms:*', {})) },
      'grant, by a role': { Policy: policy(allow('kms:CreateGrant', '*')) },
    },
  },
  KeysAreRotated: {
    good: { Key: key(), Mac: ['AWS::KMS::Key', { KeySpec: 'HMAC_256', PendingWindowInDays: 30 }] },
    bad: {
      rotation: { Key: ['AWS::KMS::Key', { PendingWindowInDays: 30 }] },
      deletion: { Key: ['AWS::KMS::Key', { EnableKeyRotation: true, PendingWindowInDays: 7 }] },
    },
  },
  NoWildcardActions: {
    good: { Policy: policy(allow(['kms:Decrypt', 'dynamodb:GetItem'], 'x')) },
    bad: {
      wildcard: { Policy: policy(allow('dynamodb:*', 'x')) },
      'wildcard, in part': { Policy: policy(allow(['kms:Decrypt', 'kms:Re*'], 'x')) },
      'wildcard, all but some': {
        Policy: policy({ PolicyDocument: { Statement: [{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }] } }),
      },
    },
  },
  NoBulkReads: {
    good: { Policy: policy(allow(['dynamodb:GetItem', 'dynamodb:Query'], 'x')) },
    bad: {
      bulk: { Policy: policy(allow('dynamodb:Scan', 'x')) },
      'bulk, in a role': { Role: ['AWS::IAM::Role', { Policies: [allow('dynamodb:ExportTableToPointInTime', 'x')] }] },
      'bulk, by changing the table': { Policy: policy(allow('dynamodb:UpdateContinuousBackups', 'x')) },
    },
  },
  OneRolePerFunction: {
    good: { ...FUNCTIONS, ...lambdas(CHARGE, TOKENIZE) },
    bad: { shared: { ...FUNCTIONS, ...lambdas(CHARGE, CHARGE) } },
  },
  NoFunctionUrls: { good: {}, bad: { url: { Url: ['AWS::Lambda::Url', { AuthType: 'AWS_IAM' }] } } },
  NoRequestInALog: {
    good: { Stage: stage({ MethodSettings: [{ DataTraceEnabled: false }] }) },
    bad: { trace: { Stage: stage({ MethodSettings: [{}, { DataTraceEnabled: true }] }) } },
  },
  NoResponseInACache: {
    good: { Stage: stage({ MethodSettings: [{ CachingEnabled: false }] }) },
    bad: {
      cluster: { Stage: stage({ CacheClusterEnabled: true }) },
      method: { Stage: stage({ MethodSettings: [{ CachingEnabled: true }] }) },
    },
  },
  StrongTlsOnly: {
    good: { Rest: ['AWS::ApiGateway::RestApi', { SecurityPolicy: 'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09' }] },
    bad: {
      policy: { Rest: ['AWS::ApiGateway::RestApi', {}] },
      'policy, of a domain': { Domain: ['AWS::ApiGateway::DomainName', { SecurityPolicy: 'TLS_1_0' }] },
    },
  },
  LogsAreKeptAYear: {
    good: { Logs: ['AWS::Logs::LogGroup', { RetentionInDays: 400, KmsKeyId: 'key' }] },
    bad: {
      retention: { Logs: ['AWS::Logs::LogGroup', { RetentionInDays: 90, KmsKeyId: 'key' }] },
      'retention, not said': { Logs: ['AWS::Logs::LogGroup', { KmsKeyId: 'key' }] },
      encryption: { Logs: ['AWS::Logs::LogGroup', { RetentionInDays: 400 }] },
    },
  },
  TrailIsWhole: {
    good: trail({}),
    bad: {
      off: trail({ IsLogging: false }),
      region: trail({ IsMultiRegionTrail: false }),
      digests: trail({ EnableLogFileValidation: false }),
      encryption: trail({ KMSKeyId: undefined }),
      events: trail({
        AdvancedEventSelectors: [
          {
            FieldSelectors: [
              { Field: 'eventCategory', Equals: ['Management'] },
              { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
            ],
          },
        ],
      }),
      'events, the older way': trail({ EventSelectors: [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }] }),
    },
  },
  TrailCannotBeErased: {
    good: { ...trailBucket({}), Other: ['AWS::S3::Bucket', {}] },
    bad: {
      lock: trailBucket({ ObjectLockEnabled: false }),
      retention: trailBucket({ ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 30 } } } }),
      versions: trailBucket({ VersioningConfiguration: { Status: 'Suspended' } }),
    },
  },
};
