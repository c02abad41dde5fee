/**
 * A trail and ledger of a busy vault, of any length: payments by token with seven records each, in log files of a
 * thousand and a digest every hour. Reasons are derived from their numbers on each read, so that they take no memory.
 */
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { HOUR_MS, kmsRecord, RESOURCES, START_MS, type TestTrail, tableRecord } from '../../test/audit/trail-maker.ts';

/** About the size of CloudTrail's log files in a busy account. */
const PAYMENTS_PER_FILE = 140;
const FILES_PER_DIGEST = 20;
export const RECORDS_PER_PAYMENT = 7;

export const endMsOf = (payments: number): number => START_MS + hourOf(payments - 1) * HOUR_MS + HOUR_MS;

const hourOf = (payment: number): number => Math.floor(payment / (PAYMENTS_PER_FILE * FILES_PER_DIGEST));
const atMsOf = (payment: number): number => START_MS + hourOf(payment) * HOUR_MS + 60_000;
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
      record: `hash_${payment}`,
      decryptions: [
        { key: 'PanKey', requestId: `d1-${payment}`, atMs, tries: 1 },
        { key: 'CvcKey', requestId: `d2-${payment}`, atMs, tries: 1 },
      ],
      storeRequestId: undefined,
      respondedAtMs: atMs + 1_500,
    };
  }
}

const { PanKey, CvcKey, FingerprintKey } = RESOURCES.keyArns;

function recordsOf(payment: number): unknown[] {
  const eventTime = `${new Date(atMsOf(payment)).toISOString().slice(0, 19)}Z`;
  const use = (eventName: string, keyId: string, requestID: string, purpose?: 'pan' | 'cvc') =>
    kmsRecord({
      eventName,
      requestID,
      eventTime,
      requestParameters: {
        keyId,
        ...(purpose && { encryptionContext: { purpose, merchant: merchantOf(payment), record: `hash_${payment}` } }),
      },
      resources: [{ ARN: keyId }],
    });
  const write = (eventName: string, more: object = {}) =>
    tableRecord('Tokens', eventName, { key: { token_hash: `hash_${payment}` }, ...more }, { eventTime });
  return [
    use('Encrypt', PanKey, `e1-${payment}`, 'pan'),
    use('Encrypt', CvcKey, `e2-${payment}`, 'cvc'),
    use('GenerateMac', FingerprintKey, `m-${payment}`),
    write('PutItem'),
    write('UpdateItem', { updateExpression: 'SET spent_by = :spender REMOVE pan_ct, cvc_ct, due_shard' }),
    use('Decrypt', PanKey, `d1-${payment}`, 'pan'),
    use('Decrypt', CvcKey, `d2-${payment}`, 'cvc'),
  ];
}
