/** When each token lost its ciphertexts, and by which write: PCI DSS 4.0.1 3.2.1 and 3.3.1, from a trail (V2). */
import { describe, expect, test } from '@jest/globals';
import { type AppendixSink, rowOf } from '../../audit/base/appendix.ts';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, runRecords, SPEND as SPENDING, START_MS, TestTrail, tableRecord } from './trail-maker.ts';

const MINUTE_MS = 60_000;
const NOW_MS = START_MS + 4 * HOUR_MS;
const MADE_MS = START_MS + 10 * MINUTE_MS;
const SPENT_MS = MADE_MS + 2 * MINUTE_MS;
const at = (timeMs: number) => ({ eventTime: `${new Date(timeMs).toISOString().slice(0, 19)}Z` });
const token = (eventName: string, timeMs: number, parameters: object = {}, differs: object = {}) =>
  tableRecord('Tokens', eventName, { key: { token_hash: 'hash_a' }, ...parameters }, { ...at(timeMs), ...differs });
const made = () => token('PutItem', MADE_MS);
const REMOVE = 'REMOVE pan_ct, cvc_ct, due_shard';
const SPEND = { updateExpression: SPENDING };
const SWEEP = { updateExpression: `SET erased_at_ms = :now ${REMOVE}` };
const FAILED = { errorCode: 'ConditionalCheckFailedException' };
const decrypted = () => kmsRecord({ requestID: 'r1', ...at(SPENT_MS) });
/** What the charge's run wrote in the ledger around it. */
const entry = () => runRecords('ch_1', 'card_none', at(SPENT_MS));

const charge = (differs: Partial<RecordedReason> = {}): RecordedReason => ({
  kind: 'charge',
  id: 'ch_1',
  merchantId: 'mer_a',
  createdAtMs: SPENT_MS,
  record: 'hash_a',
  decryptions: [{ key: 'PanKey', requestId: 'r1', atMs: SPENT_MS, tries: 1 }],
  storeRequestId: undefined,
  respondedAtMs: SPENT_MS + 1_500,
  ...differs,
});

async function evidenceOf(records: readonly unknown[], options: Partial<Parameters<typeof examine>[1]> = {}) {
  using trail = new TestTrail();
  trail.log(START_MS + 10 * MINUTE_MS, records);
  for (const hour of [1, 2, 3, 4]) trail.digest(START_MS + hour * HOUR_MS);
  const { erasure, findings } = await examine(trail, { nowMs: NOW_MS, ...options });
  return { erasure, codes: findings.items.map(({ code }) => code) };
}

describe('a spent token', () => {
  test('is proven erased by the write that spent it, before the processor responded', async () => {
    const { erasure, codes } = await evidenceOf(
      [made(), token('UpdateItem', SPENT_MS, SPEND), decrypted(), ...entry()],
      {
        reasons: [charge()],
      },
    );
    expect(codes).toEqual([]);
    expect(erasure).toMatchObject({ made: 1, responded: 1, leastBeforeResponseMs: 1_500 });
    expect(erasure.spent).toMatchObject({
      count: 1,
      longestMs: 2 * MINUTE_MS,
      longest: { record: 'hash_a', how: 'spent', reasonId: 'ch_1', erasedAtMs: SPENT_MS },
    });
  });

  test('that was erased only after the response is a finding', async () => {
    const late = token('UpdateItem', SPENT_MS + 10_000, SPEND);
    const { codes } = await evidenceOf([made(), late, decrypted(), ...entry()], { reasons: [charge()] });
    expect(codes).toEqual(['decryption_claimed', 'erasure_after_response']);
  });

  test('of which the trail shows no erasure is a finding', async () => {
    const { codes } = await evidenceOf([made(), decrypted(), ...entry()], { reasons: [charge()] });
    expect(codes).toEqual(['decryption_claimed', 'erasure_unseen']);
  });

  test('is one finding for all where the trail has no data events of its table', async () => {
    const { codes } = await evidenceOf([decrypted(), ...entry()], { reasons: [charge()] });
    expect(codes).toEqual(['decryption_claimed', 'erasure_unrecorded']);
  });

  test.each([
    ['failed its condition', {}, { errorCode: 'ConditionalCheckFailedException' }],
    ['removed only one ciphertext', { updateExpression: 'SET spent_by = :s REMOVE cvc_ct' }, {}],
    ['removed nothing', { updateExpression: 'SET spent_by = :s' }, {}],
    ['kept a copy under another name', { updateExpression: `SET spent_by = :s, kept = :pan ${REMOVE}` }, {}],
    ['kept a copy under a name it hid', { updateExpression: `SET #kept = :pan ${REMOVE}` }, {}],
    ['added to another attribute', { updateExpression: `${REMOVE} ADD kept :pan` }, {}],
  ])('is not erased by a write that %s', async (_name, parameters, differs) => {
    const write = token('UpdateItem', SPENT_MS, parameters, differs);
    const { codes } = await evidenceOf([made(), write, decrypted(), ...entry()], { reasons: [charge()] });
    expect(codes).toContain('erasure_unseen');
  });

  test('is known by its reason where CloudTrail gives no expression', async () => {
    const { erasure } = await evidenceOf([made(), token('UpdateItem', SPENT_MS), decrypted(), ...entry()], {
      reasons: [charge()],
    });
    expect(erasure.spent.count).toBe(1);
  });
});

describe('a token that was erased', () => {
  const spent = () => token('UpdateItem', SPENT_MS, SPEND);
  const putBack = { requestItems: [{ operation: 'Put', tableName: 'Fuda-Tokens-1', key: { token_hash: 'hash_a' } }] };

  test.each([
    ['put again', token('PutItem', SPENT_MS + 1_000)],
    ['put again an hour later', token('PutItem', SPENT_MS + HOUR_MS)],
    ['given a ciphertext by an update', token('UpdateItem', SPENT_MS + 1_000, { updateExpression: 'SET pan_ct = :p' })],
    ['put again in a transaction', token('TransactWriteItems', SPENT_MS + 1_000, { key: undefined, ...putBack })],
    ['put again in a batch', token('BatchWriteItem', SPENT_MS + 1_000, { key: undefined, ...putBack })],
    ['erased a second time, so that something was there', token('UpdateItem', SPENT_MS + 10 * MINUTE_MS, SWEEP)],
  ])('and %s is a finding', async (_name, write) => {
    const { erasure, codes } = await evidenceOf([made(), spent(), decrypted(), write], { reasons: [charge()] });
    expect(codes).toContain('erasure_undone');
    expect(erasure.undone.items).toMatchObject([{ record: 'hash_a', atMs: Date.parse(String(write.eventTime)) }]);
  });

  test('counts as erased by the write after which no other came', async () => {
    const records = [made(), spent(), decrypted(), token('PutItem', SPENT_MS + MINUTE_MS)];
    const once = await evidenceOf(records, { reasons: [charge()] });
    expect(once.erasure.spent.count).toBe(0);
    const swept = token('UpdateItem', MADE_MS + 16 * MINUTE_MS, SWEEP);
    const twice = await evidenceOf([...records, swept], { reasons: [charge()] });
    expect(twice.erasure.expired).toMatchObject({ count: 1, longestMs: 16 * MINUTE_MS });
    expect(twice.codes).toContain('erasure_undone');
  });

  test.each([
    ['made within the second of its erasure', [token('PutItem', SPENT_MS), spent()]],
    ['put twice before it, as the SDK does where it lost a response', [made(), token('PutItem', MADE_MS), spent()]],
    ['written again by a call that failed', [made(), spent(), token('PutItem', SPENT_MS + 1_000, {}, FAILED)]],
    ['deleted after it', [made(), spent(), token('DeleteItem', SPENT_MS + MINUTE_MS)]],
  ])('and %s stays erased', async (_name, writes) => {
    const { erasure, codes } = await evidenceOf([...writes, decrypted(), ...entry()], { reasons: [charge()] });
    expect(codes).toEqual([]);
    expect(erasure.spent.count).toBe(1);
  });
});

describe('an unspent token', () => {
  test('is proven erased by the sweep', async () => {
    const { erasure, codes } = await evidenceOf([made(), token('UpdateItem', MADE_MS + 16 * MINUTE_MS, SWEEP)]);
    expect(codes).toEqual([]);
    expect(erasure.expired).toMatchObject({ count: 1, longestMs: 16 * MINUTE_MS });
  });

  test('is late where it was kept longer than any token may live', async () => {
    const { codes } = await evidenceOf([made(), token('UpdateItem', MADE_MS + 90 * MINUTE_MS, SWEEP)]);
    expect(codes).toEqual(['erasure_late']);
  });

  test('and never erased is a finding once its time is over, and none before', async () => {
    expect((await evidenceOf([made()])).codes).toEqual(['erasure_unseen']);
    expect((await evidenceOf([token('PutItem', NOW_MS - 30 * MINUTE_MS)])).codes).toEqual([]);
  });
});

describe('the order of the trail', () => {
  test('does not matter: a write delivered hours before the making, or twice, is the same story', async () => {
    const write = token('UpdateItem', SPENT_MS, SPEND);
    const { erasure, codes } = await evidenceOf([write, decrypted(), write, made(), ...entry()], {
      reasons: [charge()],
    });
    expect(codes).toEqual([]);
    expect(erasure.spent.count).toBe(1);
  });
});

describe('what lies in the table now', () => {
  test('is a finding where it is overdue', async () => {
    const overdue = { items: [{ record: 'hash_z', expiresAtMs: START_MS }], total: 3 };
    const { erasure, codes } = await evidenceOf([], { residue: { scannedAtMs: NOW_MS, overdue } });
    expect(codes).toEqual(['ciphertext_overdue']);
    expect(erasure.residue?.overdue.total).toBe(3);
  });
});

test('every erasure is a row of the appendix, with the id of its write', async () => {
  const rows: (readonly [string, unknown])[] = [];
  const appendix: AppendixSink = ({ name, columns }, item) => rows.push([name, rowOf(columns, item)]);
  await evidenceOf([made(), token('UpdateItem', SPENT_MS, SPEND, { eventID: 'the-write' }), decrypted(), ...entry()], {
    reasons: [charge()],
    appendix,
  });
  const erasures = rows.filter(([name]) => name === 'erasures').map(([, row]) => row);
  expect(erasures).toEqual([
    expect.objectContaining({ record: 'hash_a', how: 'spent', seconds: 120, reason_id: 'ch_1', event_id: 'the-write' }),
  ]);
});
