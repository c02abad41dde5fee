/**
 * Backfill digests: CloudTrail seals a log file that it delivered hours or days late in a separate digest, which names no
 * other (aws-cli, "Add support for backfill digests", 2026).
 */
import type { CloudTrailClient, ListPublicKeysCommand } from '@aws-sdk/client-cloudtrail';
import { expect, test } from '@jest/globals';
import { fetchPublicKeys } from '../../audit/trail/public-keys-aws.ts';
import { examine } from './examine.ts';
import { HOUR_MS, kmsRecord, START_MS, signingPair, TestTrail } from './trail-maker.ts';

const NOW_MS = START_MS + 6 * HOUR_MS + 600_000;
const DAY_MS = 24 * HOUR_MS;

/** Six hours of a log file and a digest each. */
function sixHours(trail = new TestTrail()): TestTrail {
  for (let hour = 0; hour < 6; hour += 1) {
    trail.log(START_MS + hour * HOUR_MS + 300_000, [kmsRecord({ eventName: 'Encrypt' })]);
    trail.digest(START_MS + (hour + 1) * HOUR_MS);
  }
  return trail;
}

test('late log files of hours apart, each in a backfill digest, are read and are no gap', async () => {
  using trail = sixHours();
  for (const hour of [2, 5]) trail.backfill(START_MS + hour * HOUR_MS);
  const { findings, reading } = await examine(trail, { nowMs: NOW_MS });
  expect(findings.items).toEqual([]);
  expect(reading.records).toBe(8);
});

test('a late decryption in one is found like any other', async () => {
  using trail = sixHours();
  const { log } = trail.backfill(START_MS + 2 * HOUR_MS);
  trail.edit(log, (text) => text.replace('Encrypt', 'Decrypt'));
  const { findings } = await examine(trail, { nowMs: NOW_MS });
  expect(findings.byCode).toEqual({ log_invalid: 1, decryption_unexplained: 1 });
});

test('backfill digests cover no hour: without the digests of every hour nothing is proven', async () => {
  using trail = new TestTrail();
  for (let hour = 1; hour <= 6; hour += 1) trail.backfill(START_MS + hour * HOUR_MS);
  const { findings, integrity } = await examine(trail, { nowMs: NOW_MS });
  expect(findings.byCode).toEqual({ no_digests: 1 });
  expect(integrity.coverage.proven).toEqual([]);
});

test('one that an unlisted key signed is invalid, and its log file is in no digest', async () => {
  using trail = sixHours();
  new TestTrail(signingPair(), { folder: trail.folder }).backfill(START_MS + 2 * HOUR_MS);
  const { findings } = await examine(trail, { nowMs: NOW_MS });
  expect(findings.items.map(({ code, reason }) => [code, reason])).toEqual([
    ['digest_invalid', 'unknown_public_key'],
    ['log_invalid', 'unlisted'],
  ]);
});

test.each([
  ['with one', 10, true],
  ['without one', 0, false],
])(
  'of a trail %s the public keys are asked for as late as the digests were signed',
  async (_title, days, isUntilNow) => {
    using trail = sixHours();
    if (days > 0) trail.backfill(START_MS + 2 * HOUR_MS, { generatedMs: START_MS + days * DAY_MS });
    const asked: ListPublicKeysCommand['input'][] = [];
    const client = {
      send: async ({ input }: ListPublicKeysCommand) => {
        asked.push(input);
        return { PublicKeyList: [] };
      },
    };
    const period = { fromMs: START_MS, toMs: START_MS + 2 * HOUR_MS };
    await fetchPublicKeys(() => client as unknown as CloudTrailClient, (await trail.open()).keys, period);
    expect(asked).toHaveLength(1);
    expect(Number(asked[0]?.StartTime)).toBeLessThan(START_MS);
    expect(asked[0]?.EndTime === undefined).toBe(isUntilNow);
  },
);
