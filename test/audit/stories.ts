/**
 * Decryptions with what the trail and the ledger say around them, and the two that judge them: the reconciler, and the saved
 * queries in DuckDB.
 */
import { decryptionRows } from '../../audit/reasons/decryption-rows.ts';
import { stepsIn, stepsOf } from '../../audit/reasons/order.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { Reconciler, type Reconciliation } from '../../audit/reasons/reconcile.ts';
import { readEvent } from '../../audit/trail/events.ts';
import { lowered, type Warehouse, warehouseOf } from '../flows/warehouse.ts';
import { kmsRecord, RESOURCES, spendRecord, tableRecord } from './trail-maker.ts';

export const SECOND_MS = 1_000;
const iso = (timeMs: number) => `${new Date(timeMs).toISOString().slice(0, 19)}Z`;

export interface Story {
  readonly records: readonly Record<string, unknown>[];
  readonly reasons: readonly RecordedReason[];
}

export type CardPurpose = 'pan' | 'cvc';
export const KEY_OF = { pan: 'PanKey', cvc: 'CvcKey' } as const;

export function decryptCall(id: string, purpose: CardPurpose, record: string, atMs: number) {
  const arn = RESOURCES.keyArns[KEY_OF[purpose]];
  return kmsRecord({
    requestID: `request-${id}`,
    eventID: `event-${id}`,
    eventTime: iso(atMs),
    requestParameters: { encryptionContext: { purpose, merchant: 'mer_a', record }, keyId: arn },
    resources: [{ accountId: '111122223333', type: 'AWS::KMS::Key', ARN: arn }],
  });
}

export function reason(
  id: string,
  record: string,
  createdAtMs: number,
  more: Partial<RecordedReason> = {},
): RecordedReason {
  return {
    kind: 'charge',
    id,
    merchantId: 'mer_a',
    createdAtMs,
    record,
    decryptions: [],
    storeRequestId: undefined,
    ...more,
  };
}

export const recorded = (key: 'PanKey' | 'CvcKey', id: string, atMs: number, tries = 1) => ({
  key,
  requestId: `request-${id}`,
  atMs,
  tries,
});

/** What the trail shows of a run: the writes around a decryption, in seconds from `atMs`; null: nothing. */
interface Run {
  readonly put?: number | null;
  readonly spend?: number | null;
  readonly note?: number | null;
  readonly end?: number | null;
  readonly role?: string;
}

export function run(
  entry: string,
  record: string,
  atMs: number,
  { put = 0, spend = 0, note = 1, end = note, role = 'Fuda-CreateCharge' }: Run = {},
) {
  const arn = `arn:aws:sts::111122223333:assumed-role/${role}/${role}`;
  const userIdentity = {
    type: 'AssumedRole',
    arn,
    sessionContext: { sessionIssuer: { type: 'Role', userName: role } },
  };
  const at = (second: number) => ({ eventTime: iso(atMs + second * SECOND_MS), userIdentity });
  const key = { entry_id: entry };
  const changes = (updateExpression: string) => ({ key, updateExpression });
  return [
    ...(put === null ? [] : [tableRecord('Ledger', 'PutItem', { key }, at(put))]),
    ...(spend === null || record.startsWith('card_') ? [] : [spendRecord(record, at(spend))]),
    ...(note === null
      ? []
      : [tableRecord('Ledger', 'UpdateItem', changes('SET #decryptions = :decryptions'), at(note))]),
    ...(end === null
      ? []
      : [tableRecord('Ledger', 'UpdateItem', changes('SET #status = :status REMOVE open_shard'), at(end))]),
  ];
}

export const roleOf = (role: string) => ({
  userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::111122223333:assumed-role/${role}/${role}` },
});

export function reconciled({ records, reasons }: Story): Reconciliation {
  const events = records.map((record) => readEvent(record, RESOURCES, 'file'));
  const steps = events.flatMap((event) =>
    typeof event === 'object' && event.service === 'dynamodb' ? stepsOf(event) : [],
  );
  const reconciler = new Reconciler(reasons, { resources: RESOURCES, stepsOf: stepsIn(steps) });
  const byTime = events.flatMap((event) => (typeof event === 'object' && event.service === 'kms' ? [event] : []));
  byTime.sort((left, right) => left.timeMs - right.timeMs || (left.eventId < right.eventId ? -1 : 1));
  for (const event of byTime) reconciler.take(event);
  return reconciler.finish();
}

export const warehouse = ({ records, reasons }: Story): Promise<Warehouse> =>
  warehouseOf(
    records.map((record) => ({ ...lowered(record), day: String(record.eventTime).slice(0, 10).replaceAll('-', '/') })),
    reasons.flatMap((each) => decryptionRows(each, RESOURCES)),
  );
