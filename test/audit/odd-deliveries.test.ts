/** Trails as they really come: late, twice, out of order, with clocks that jump, and far longer than memory. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { Scratch } from '../../audit/scratch.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, runRecords, START_MS, TestTrail } from './trail-maker.ts';

const AT_MS = START_MS + 10 * 60_000;
const NOW_MS = START_MS + 8 * HOUR_MS;

const reason = (record: string, requestId: string): RecordedReason => ({
  kind: 'charge',
  id: `ch_${record}`,
  merchantId: 'mer_a',
  createdAtMs: AT_MS,
  record,
  decryptions: [{ key: 'PanKey', requestId, atMs: AT_MS, tries: 1 }],
  storeRequestId: undefined,
});

const decrypt = (record: string, requestID: string, differs: object = {}) =>
  kmsRecord({
    requestID,
    requestParameters: { encryptionContext: { purpose: 'pan', merchant: 'mer_a', record } },
    ...differs,
  });
const run = (record: string) => runRecords(`ch_${record}`, record);

function sealed(trail: TestTrail): TestTrail {
  for (let hour = 1; hour <= 8; hour += 1) trail.digest(START_MS + hour * HOUR_MS, { isStart: hour === 1 });
  return trail;
}

describe('a delivery', () => {
  test('hours late, in a separate file, still meets its reason', async () => {
    using trail = new TestTrail();
    for (let hour = 1; hour <= 5; hour += 1) trail.digest(START_MS + hour * HOUR_MS, { isStart: hour === 1 });
    trail.log(START_MS + 5 * HOUR_MS + 60_000, [decrypt('hash_a', 'r1'), ...run('hash_a')]);
    for (let hour = 6; hour <= 8; hour += 1) trail.digest(START_MS + hour * HOUR_MS);
    const { access, passed } = await examine(trail, { nowMs: NOW_MS, reasons: [reason('hash_a', 'r1')] });
    expect([passed, access.proven]).toEqual([true, 1]);
  });

  test('is read where its digest says that its events are of the period, whenever it came', async () => {
    using trail = new TestTrail();
    const period = { fromMs: START_MS, toMs: START_MS + HOUR_MS };
    const later = START_MS + 2 * HOUR_MS;
    trail.log(later, [decrypt('hash_b', 'r2', { eventTime: '2026-11-23T11:00:00Z' })], { fromMs: later, toMs: later });
    trail.log(later, [decrypt('hash_a', 'r1'), ...run('hash_a')], { fromMs: AT_MS, toMs: later });
    const found = await examine(sealed(trail), { nowMs: NOW_MS, reasons: [reason('hash_a', 'r1')], ...period });
    expect([found.passed, found.access.proven]).toEqual([true, 1]);
    expect([found.reading.files, found.reading.outsidePeriod]).toEqual([1, 0]);
  });

  test('again, in another file, is no second decryption', async () => {
    using trail = new TestTrail();
    const record = decrypt('hash_a', 'r1');
    trail.log(AT_MS, [record, ...run('hash_a')]);
    trail.log(AT_MS + 60_000, [record]);
    const { access, reading } = await examine(sealed(trail), { nowMs: NOW_MS, reasons: [reason('hash_a', 'r1')] });
    expect([access.decryptions, reading.duplicates]).toEqual([1, 1]);
  });

  test('with a time outside the period is counted, not judged', async () => {
    using trail = new TestTrail();
    trail.log(AT_MS, [decrypt('hash_a', 'r1', { eventTime: '2035-01-01T00:00:00Z' })]);
    const { access, reading } = await examine(sealed(trail), { nowMs: NOW_MS });
    expect([access.decryptions, reading.outsidePeriod]).toEqual([0, 1]);
  });

  test('that breaks off in a file gives the records before the break, and the file is a finding', async () => {
    using trail = new TestTrail();
    const key = trail.log(AT_MS, [decrypt('hash_a', 'rogue'), ...Array.from({ length: 400 }, () => kmsRecord())]);
    sealed(trail);
    const whole = trail.read(key);
    trail.write(key, whole.subarray(0, whole.length / 2));
    const { access, findings, reading } = await examine(trail, { nowMs: NOW_MS });
    expect(access.unexplained.items.map(({ event }) => event.requestId)).toContain('rogue');
    expect(reading.skipped.bad_gzip).toBe(1);
    expect(findings.byCode).toMatchObject({ log_invalid: 1, records_unreadable: 1 });
  });
});

test('the reason of one card opens no other, wherever in the trail the two lie', async () => {
  using trail = new TestTrail();
  trail.log(AT_MS, [decrypt('hash_b', 'r1'), ...run('hash_a')]);
  const { access, findings } = await examine(sealed(trail), { nowMs: NOW_MS, reasons: [reason('hash_a', 'r1')] });
  expect(access.unexplained.items[0]?.explanation).toEqual({ kind: 'unexplained', reason: 'context_differs' });
  expect(findings.byCode).toMatchObject({ decryption_unexplained: 1, decryption_unseen: 1 });
});

describe('what waits to be joined', () => {
  const place = mkdtempSync(join(tmpdir(), 'fuda-scratch-'));
  afterAll(() => rmSync(place, { recursive: true }));

  test('goes to disk when it grows, comes back whole and in order, and leaves nothing behind', () => {
    {
      using scratch = new Scratch<{ record: string; number: number; text: string }>(place);
      for (let number = 0; number < 600; number += 1) {
        const record = `hash_${number % 3}`;
        scratch.add(record, { record, number, text: `é${'x'.repeat(500)}\n` });
      }
      expect(readdirSync(place)).toHaveLength(1);
      const rows = [...scratch.parts()].flat();
      expect(rows).toHaveLength(600);
      for (const record of ['hash_0', 'hash_1', 'hash_2']) {
        const numbers = rows.filter((row) => row.record === record).map(({ number }) => number);
        expect(numbers).toEqual(numbers.toSorted((left, right) => left - right));
      }
      expect(rows[0]?.text.startsWith('é')).toBe(true);
    }
    expect(readdirSync(place)).toEqual([]);
  });

  test('stays in memory while it is little', () => {
    using scratch = new Scratch<number>(place);
    scratch.add('hash_a', 1);
    expect([...scratch.parts()]).toEqual([[1]]);
    expect(readdirSync(place)).toEqual([]);
  });
});
