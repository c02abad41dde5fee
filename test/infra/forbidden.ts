/**
 * What must be refused to every caller, by every call: each row is a sentence of the promise, the callers it is about,
 * and the calls they try. forbidden.test.ts has IAM's rules decide each, on the policies of the template.
 */
import { KEYS, type KeyName, type TableName } from '../../shared/base/tables.ts';

/** An entry of infra/routes.ts, a person, or a group of either. */
export type Who =
  | 'every function'
  | 'every function but those that decrypt'
  | 'every function outside cde'
  | 'those that decrypt'
  | 'every function but the two that audit'
  | 'operator'
  | 'auditor'
  | 'administrator'
  | 'account root'
  | 'outsider'
  | `${'cde' | 'api' | 'scheduled'}/${string}`;

export interface Forbidden {
  readonly sentence: string;
  readonly who: readonly Who[];
  readonly actions: readonly string[];
  readonly on: readonly (KeyName | 'DataKey' | TableName | 'trail’s bucket' | 'trail’s files')[];
  /** The encryption contexts they try; the right one of the key unless said. */
  readonly contexts?: readonly Readonly<Record<string, string>>[];
  /** Indexes, as Table/index, that the promise leaves out, each with its reason. */
  readonly except?: readonly `${TableName}/${string}`[];
}

/** The functions that turn a token or card back into a number. */
export const DECRYPTERS = ['cde/create-charge', 'cde/forward-request', 'cde/pay-checkout'] as const;

export const contextOf = (key: KeyName): Record<string, string> => {
  const { context, purpose } = KEYS[key === 'FormerPanKey' ? 'PanKey' : key];
  const all: Record<string, string> = { purpose, merchant: 'mer_a', record: 'r1' };
  return Object.fromEntries(context.map((name) => [name, all[name] ?? '']));
};

const PAN = contextOf('PanKey');
const { merchant: _merchant, ...WITHOUT_MERCHANT } = PAN;
const { record: _record, ...WITHOUT_RECORD } = PAN;
const { purpose: _purpose, ...WITHOUT_PURPOSE } = PAN;

const OPEN = ['kms:Decrypt', 'kms:ReEncryptFrom'];
const SEAL = ['kms:Encrypt', 'kms:ReEncryptTo'];
const MAC = ['kms:GenerateMac', 'kms:VerifyMac'];
const HAND_ON = ['kms:CreateGrant', 'kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion', 'kms:DisableKey'];
const CARD_KEYS = ['PanKey', 'CvcKey', 'CaptureKey', 'SecretKey'] as const;
const TABLES_OF_CARDS = ['Tokens', 'Cards'] as const;
const ALL_TABLES = [
  'Tokens',
  'Cards',
  'Ledger',
  'Merchants',
  'Events',
  'CaptureKeys',
  'Counters',
  'Simulator',
] as const;
const READS = ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PartiQLSelect'].map((name) => `dynamodb:${name}`);
const WRITES = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'PartiQLUpdate'].map(
  (name) => `dynamodb:${name}`,
);
const BULK = ['Scan', 'PartiQLSelect', 'ExportTableToPointInTime', 'CreateBackup'].map((name) => `dynamodb:${name}`);
const RESHAPE = [
  'UpdateTable',
  'UpdateContinuousBackups',
  'EnableKinesisStreamingDestination',
  'CreateGlobalTable',
  'PutResourcePolicy',
  'DeleteTable',
].map((name) => `dynamodb:${name}`);
const EVERYBODY = ['every function', 'operator', 'auditor'] as const;

export const FORBIDDEN: readonly Forbidden[] = [
  {
    sentence: 'create-token may not open what it sealed',
    who: ['cde/create-token'],
    actions: OPEN,
    on: ['PanKey', 'CvcKey'],
  },
  {
    sentence: 'only charge and forward may decrypt a card number or security code',
    who: ['every function but those that decrypt', 'operator', 'auditor', 'administrator', 'account root', 'outsider'],
    actions: ['kms:Decrypt'],
    on: ['PanKey', 'CvcKey'],
  },
  {
    sentence: 'no caller decrypts without the merchant, the record and the purpose',
    who: ['every function', 'administrator'],
    actions: OPEN,
    on: ['PanKey'],
    contexts: [{}, WITHOUT_MERCHANT, WITHOUT_RECORD, WITHOUT_PURPOSE],
  },
  {
    sentence: 'no caller decrypts for another purpose, or with a name beyond the known ones',
    who: ['every function', 'administrator'],
    actions: OPEN,
    on: ['PanKey'],
    contexts: [contextOf('CvcKey'), contextOf('SecretKey'), contextOf('CaptureKey'), { ...PAN, note: 'x' }],
  },
  {
    sentence: 'functions that decrypt may not seal a card',
    who: ['those that decrypt'],
    actions: ['kms:Encrypt'],
    on: ['PanKey', 'CvcKey'],
  },
  {
    sentence: 'a security code is never moved to another context',
    who: [...EVERYBODY, 'administrator'],
    actions: ['kms:ReEncryptFrom', 'kms:ReEncryptTo'],
    on: ['CvcKey'],
  },
  {
    sentence: 'functions outside cde use no key of cards, codes and fingerprints',
    who: ['every function outside cde'],
    actions: [...OPEN, ...SEAL, ...MAC],
    on: ['PanKey', 'CvcKey', 'FingerprintKey'],
  },
  {
    sentence: 'those that decrypt make no fingerprints',
    who: ['those that decrypt', 'cde/create-card'],
    actions: MAC,
    on: ['FingerprintKey'],
  },
  {
    sentence: 'a fingerprint is made, never tried',
    who: [...EVERYBODY, 'administrator', 'account root'],
    actions: ['kms:VerifyMac'],
    on: ['FingerprintKey'],
  },
  {
    sentence: 'administrators and the account root manage keys and open nothing',
    who: ['administrator', 'account root'],
    actions: [...OPEN, ...MAC, 'kms:GenerateDataKey', 'kms:CreateGrant'],
    on: [...CARD_KEYS, 'FingerprintKey'],
  },
  {
    sentence: 'the vault’s own people and functions manage no key',
    who: EVERYBODY,
    actions: HAND_ON,
    on: [...CARD_KEYS, 'FingerprintKey', 'DataKey'],
  },
  {
    sentence: 'no function uses the key under the tables but through DynamoDB',
    who: ['every function', 'operator'],
    actions: [...OPEN, 'kms:GenerateDataKey'],
    on: ['DataKey'],
    contexts: [{}],
  },
  { sentence: 'no role scans, exports or copies a table', who: EVERYBODY, actions: BULK, on: ALL_TABLES },
  {
    sentence: 'no role changes how a table is kept: no stream, no recovery, no replica',
    who: EVERYBODY,
    actions: RESHAPE,
    on: ALL_TABLES,
  },
  {
    sentence: 'no role deletes an item',
    who: EVERYBODY,
    actions: ['dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
    on: ALL_TABLES,
  },
  {
    sentence: 'the operator reads and writes no token and no card',
    who: ['operator'],
    actions: [...READS, ...WRITES],
    on: TABLES_OF_CARDS,
    // What is overdue for erasure, for the evidence: hashes and times, no ciphertext and no live token.
    except: ['Tokens/due'],
  },
  {
    sentence: 'only the reconciliation and the review open the list of honey records',
    who: ['every function but the two that audit', 'operator', 'auditor', 'administrator', 'account root'],
    actions: OPEN,
    on: ['HoneyKey'],
  },
  {
    sentence: 'neither operator nor auditor reaches the capture keys or the counters',
    who: ['operator', 'auditor'],
    actions: [...READS, ...WRITES],
    on: ['CaptureKeys', 'Counters'],
  },
  { sentence: 'the operator opens no secret', who: ['operator'], actions: OPEN, on: ['SecretKey'] },
  { sentence: 'the auditor reaches no table', who: ['auditor'], actions: [...READS, ...WRITES], on: ALL_TABLES },
  {
    sentence: 'the auditor uses no key of the vault',
    who: ['auditor'],
    actions: [...OPEN, ...SEAL, ...MAC],
    on: [...CARD_KEYS, 'FingerprintKey'],
  },
  {
    sentence: 'the auditor reads the trail’s files and changes none of them',
    who: ['auditor', 'operator', 'every function'],
    actions: [
      'PutObject',
      'PutObjectRetention',
      'DeleteObject',
      'DeleteObjectVersion',
      'BypassGovernanceRetention',
    ].map((name) => `s3:${name}`),
    on: ['trail’s files'],
  },
  {
    sentence: 'nor how the bucket keeps them',
    who: ['auditor', 'operator', 'every function'],
    actions: ['s3:PutBucketPolicy', 's3:PutBucketVersioning', 's3:PutLifecycleConfiguration', 's3:DeleteBucket'],
    on: ['trail’s bucket'],
  },
  {
    sentence: 'no function reads a token it has no business with',
    who: ['cde/create-token', 'api/get-charge', 'api/list-charges', 'api/hosted-card'],
    actions: READS,
    on: ['Tokens'],
  },
  { sentence: 'get-token changes no token', who: ['api/get-token'], actions: WRITES, on: ['Tokens'] },
  {
    sentence: 'no function that serves the API makes itself a key',
    who: ['those that decrypt', 'cde/create-token', 'api/get-card'],
    actions: WRITES,
    on: ['Merchants'],
  },
  {
    sentence: 'a principal of another account gets nothing, even with grants of its account',
    who: ['outsider'],
    actions: [...OPEN, ...SEAL, ...MAC, ...HAND_ON],
    on: [...CARD_KEYS, 'FingerprintKey', 'DataKey'],
  },
];
