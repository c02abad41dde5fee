/**
 * Windows over ordinary payments, at every phase of a second and at every edge: none reports a finding, and windows that
 * follow each other count each decryption once. CloudTrail's times are whole seconds, the vault's are not.
 */
import { describe, expect, test } from '@jest/globals';
import type { RecordedReason } from '../../audit/reasons/reasons.ts';
import { drawBytes } from '../setup/draws.ts';
import { use } from '../setup/use.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, runRecords, START_MS, TestTrail } from './trail-maker.ts';

const NOW_MS = START_MS + 4 * HOUR_MS;
/** Of the first payment; each later one begins 733 ms after the one before, at another phase of its second. */
const FIRST_MS = START_MS + 30 * 60_000 + 17;
const PAYMENTS = Array.from({ length: 24 }, (_, index) => FIRST_MS + index * 733);
const at = (timeMs: number) => ({ eventTime: `${new Date(timeMs).toISOString().slice(0, 19)}Z` });

/** A run of 40 ms of which the Decrypt is in the middle: its steps lie in one second or in two. */
function payment(beginMs: number, index: number) {
  const [entry, record] = [`ch_${index}`, `hash_${index}`];
  const [put, spend, note] = runRecords(entry, record);
  const context = { purpose: 'pan', merchant: 'mer_a', record };
  const opened = kmsRecord({ requestID: `request-${index}-pan`, ...at(beginMs + 20) });
  const parameters = { ...(opened.requestParameters as object), encryptionContext: context };
  return [
    { ...put, ...at(beginMs) },
    { ...spend, ...at(beginMs + 10) },
    { ...opened, requestParameters: parameters },
    { ...note, ...at(beginMs + 40) },
  ];
}

const reasons = PAYMENTS.map(
  (beginMs, index): RecordedReason => ({
    kind: 'charge',
    id: `ch_${index}`,
    merchantId: 'mer_a',
    createdAtMs: beginMs,
    record: `hash_${index}`,
    decryptions: [{ key: 'PanKey', requestId: `request-${index}-pan`, atMs: beginMs + 12, tries: 1 }],
    storeRequestId: undefined,
  }),
);

const trail = use(() => {
  const made = new TestTrail();
  made.log(FIRST_MS, PAYMENTS.flatMap(payment));
  for (const hour of [1, 2, 3, 4]) made.digest(START_MS + hour * HOUR_MS);
  return made;
});

async function examineWindow(fromMs: number, toMs: number) {
  const { findings, access } = await examine(trail, { nowMs: NOW_MS, reasons, fromMs, toMs });
  return { codes: Object.keys(findings.byCode), counted: access.decryptions, proven: access.proven };
}

describe('a window', () => {
  const LAST_MS = PAYMENTS.at(-1) ?? FIRST_MS;
  const phases = [0, 1, 9, 10, 12, 17, 20, 40, 41, 250, 499, 500, 733, 999];

  test.each(phases)('that begins or ends at %i ms of a second reports no finding', async (phase) => {
    for (const second of [0, 8]) {
      const edgeMs = FIRST_MS - 17 + second * 1_000 + phase;
      for (const [fromMs, toMs] of [
        [edgeMs, NOW_MS],
        [START_MS, edgeMs],
        [edgeMs, edgeMs + 4_000],
      ] as const) {
        const { codes, counted, proven } = await examineWindow(fromMs, toMs);
        expect([phase, second, codes, proven]).toEqual([phase, second, [], counted]);
      }
    }
  });

  test('and the next one count each decryption once, wherever they meet', async () => {
    for (let draw = 0; draw < 12; draw += 1) {
      const edgeMs = FIRST_MS + (drawBytes(4).readUInt32BE() % (LAST_MS - FIRST_MS));
      const [before, after] = [await examineWindow(START_MS, edgeMs), await examineWindow(edgeMs + 1, NOW_MS)];
      expect([edgeMs, before.codes, after.codes]).toEqual([edgeMs, [], []]);
      expect([edgeMs, before.counted + after.counted]).toEqual([edgeMs, PAYMENTS.length]);
    }
  });
});
