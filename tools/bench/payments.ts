/**
 * A trail and ledger of a busy vault, of any length: payments by token with eighteen records each, of the size that
 * CloudTrail's have, in log files of 2,500 and a digest every hour. Reasons are derived from their numbers on each read, so that they take no memory.
 */
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import {
  ACCOUNT,
  HOUR_MS,
  kmsRecord,
  REGION,
  RESOURCES,
  START_MS,
  type TestTrail,
} from '../../test/audit/trail-maker.ts';

const TABLE_NAMES = {
  ...RESOURCES.tableNames,
  CaptureKeys: 'Fuda-CaptureKeys-1',
  Counters: 'Fuda-Counters-1',
  Events: 'Fuda-Events-1',
} as const;

/** About the size of CloudTrail's log files in a busy account. */
const PAYMENTS_PER_FILE = 140;
const FILES_PER_DIGEST = 20;
export const RECORDS_PER_PAYMENT = 18;

export const endMsOf = (payments: number): number => START_MS + hourOf(payments - 1) * HOUR_MS + HOUR_MS;

const hourOf = (payment: number): number => Math.floor(payment / (PAYMENTS_PER_FILE * FILES_PER_DIGEST));
const atMsOf = (payment: number): number => START_MS + hourOf(payment) * HOUR_MS + 60_000;
/** As long as a SHA-256, because rows on disk hold it. */
const hashOf = (payment: number): string => payment.toString(16).padStart(64, '0');
const merchantOf = (payment: number): string => `mer_${payment % 7}`;

export function writeTrail(trail: TestTrail, payments: number): void {
  for (let first = 0, files = 1; first < payments; first += PAYMENTS_PER_FILE, files += 1) {
    const last = Math.min(first + PAYMENTS_PER_FILE, payments);
    const numbers = Array.from({ length: last - first }, (_, index) => first + index);
    trail.log(atMsOf(first), numbers.flatMap(recordsOf));
    if (files % FILES_PER_DIGEST === 0 || last === payments) {
      trail.digest(START_MS + (hourOf(first) + 1) * HOUR_MS, { isStart: files <= FILES_PER_DIGEST });
    }
  }
}

export function* reasonsOf(payments: number): Generator<RecordedReason> {
  for (let payment = 0; payment < payments; payment += 1) {
    const atMs = atMsOf(payment);
    yield {
      kind: 'charge',
      id: `ch_${payment}`,
      merchantId: merchantOf(payment),
      createdAtMs: atMs,
      record: hashOf(payment),
      decryptions: [
        { key: 'PanKey', requestId: `d1-${payment}`, atMs, tries: 1 },
        { key: 'CvcKey', requestId: `d2-${payment}`, atMs, tries: 1 },
      ],
      storeRequestId: undefined,
      respondedAtMs: atMs + 1_500,
    };
  }
}

/** The members that a record of a function's call on Lambda has beside those of the maker, so that its size is right. */
const rolesOf = {
  tokenize: 'Fuda-VaultFunctionsCdeCreateTokenRole12AB34CD-AbCdEfGhIjKl',
  charge: 'Fuda-VaultFunctionsCdeCreateChargeRole98FE76DC-ZyXwVuTsRqPo',
  deliver: 'Fuda-VaultFunctionsScheduledDeliverWebhooksRole56EF-QwErTyUiOpAs',
} as const;
type Role = keyof typeof rolesOf;

export const BENCH_RESOURCES = {
  ...RESOURCES,
  tableNames: TABLE_NAMES,
  openerRoles: { 'cde/create-charge': rolesOf.charge },
};

const callBy = (by: Role, host: string) => ({
  userIdentity: {
    type: 'AssumedRole',
    principalId: `AROAEXAMPLEEXAMPLE123:${rolesOf[by]}`,
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${rolesOf[by]}/${rolesOf[by]}`,
    accountId: ACCOUNT,
    accessKeyId: 'ASIAEXAMPLEEXAMPLE12',
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId: 'AROAEXAMPLEEXAMPLE123',
        arn: `arn:aws:iam::${ACCOUNT}:role/${rolesOf[by]}`,
        accountId: ACCOUNT,
        userName: rolesOf[by],
      },
      attributes: { creationDate: '2026-11-23T09:00:00Z', mfaAuthenticated: 'false' },
    },
  },
  userAgent:
    'aws-sdk-js/3.958.0 ua/2.1 os/linux#5.10.245-269.989.amzn2.aarch64 lang/js md/nodejs#24.11.0 exec-env/AWS_Lambda_nodejs24.x',
  tlsDetails: { tlsVersion: 'TLSv1.3', cipherSuite: 'TLS_AES_128_GCM_SHA256', clientProvidedHostHeader: host },
});

const { PanKey, CvcKey, FingerprintKey } = RESOURCES.keyArns;
const NOTE = 'SET #status = :status, decryptions = :decryptions, events = :events';
const SPEND = 'SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard';

/** A checkout: six calls on KMS and twelve on tables, as docs/cost.md counts them. */
function recordsOf(payment: number): unknown[] {
  const eventTime = `${new Date(atMsOf(payment)).toISOString().slice(0, 19)}Z`;
  const hash = hashOf(payment);
  const use = (by: Role, eventName: string, keyId: string, [requestID, purpose]: readonly string[]) =>
    kmsRecord({
      ...callBy(by, `kms.${REGION}.amazonaws.com`),
      eventName,
      requestID,
      eventTime,
      requestParameters: {
        keyId,
        ...(purpose && { encryptionContext: { purpose, merchant: merchantOf(payment), record: hash } }),
      },
      resources: [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN: keyId }],
    });
  const call = (by: Role, table: keyof typeof TABLE_NAMES, eventName: string, more: object) => {
    const tableName = TABLE_NAMES[table];
    const ARN = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${tableName}`;
    return kmsRecord({
      ...callBy(by, `dynamodb.${REGION}.amazonaws.com`),
      eventSource: 'dynamodb.amazonaws.com',
      eventName,
      eventTime,
      requestParameters: { tableName, ...more },
      resources: [{ accountId: ACCOUNT, type: 'AWS::DynamoDB::Table', ARN }],
      managementEvent: false,
      eventCategory: 'Data',
    });
  };
  const token = { key: { token_hash: hash } };
  const entry = { key: { entry_id: `ch_${payment}` } };
  const counted = { updateExpression: 'SET expires_at_s = :expires ADD attempts :one', returnValues: 'ALL_NEW' };
  return [
    call('tokenize', 'CaptureKeys', 'GetItem', { key: { capture_keys: 'current' }, consistentRead: true }),
    ...['address', 'merchant', 'bin'].map((by) =>
      call('tokenize', 'Counters', 'UpdateItem', { key: { counter_id: `${by}${hash}` }, ...counted }),
    ),
    use('tokenize', 'Decrypt', RESOURCES.keyArns.CaptureKey, [`c-${payment}`]),
    use('tokenize', 'Encrypt', PanKey, [`e1-${payment}`, 'pan']),
    use('tokenize', 'Encrypt', CvcKey, [`e2-${payment}`, 'cvc']),
    use('tokenize', 'GenerateMac', FingerprintKey, [`m-${payment}`]),
    call('tokenize', 'Tokens', 'PutItem', { ...token, item: ['token_hash', 'owner', 'pan_ct', 'cvc_ct', 'due_shard'] }),
    call('charge', 'Ledger', 'PutItem', { ...entry, item: ['entry_id', 'owner', 'status', 'amount_minor'] }),
    call('charge', 'Tokens', 'GetItem', { ...token, consistentRead: true }),
    call('charge', 'Tokens', 'UpdateItem', { ...token, updateExpression: SPEND, returnValues: 'ALL_OLD' }),
    use('charge', 'Decrypt', PanKey, [`d1-${payment}`, 'pan']),
    use('charge', 'Decrypt', CvcKey, [`d2-${payment}`, 'cvc']),
    call('charge', 'Ledger', 'UpdateItem', { ...entry, updateExpression: NOTE }),
    call('deliver', 'Ledger', 'GetItem', entry),
    call('deliver', 'Events', 'PutItem', { key: { record_id: `evt_${payment}` }, item: ['record_id', 'body'] }),
    call('deliver', 'Ledger', 'UpdateItem', { ...entry, updateExpression: 'REMOVE outbox_shard' }),
  ];
}
