/**
 * A Pass names times that digests seal in every account and Region that the trail must cover. Each attack leaves sound
 * digests, and takes others away or puts a second trail beside them (V12).
 */
import { describe, expect, test } from '@jest/globals';
import { type ContinuousDeps, watchTrail } from '../../audit/continuous.ts';
import type { VaultStatement } from '../../audit/trail/events.ts';
import { toRfc3339 } from '../../shared/base/clock.ts';
import { use } from '../setup/use.ts';
import { openWorld, testClock } from '../setup/world.ts';
import { examine, FROM_AWS } from './examine.ts';
import { ACCOUNT, HOUR_MS, REGION, RESOURCES, START_MS, TestTrail, type TrailFolder } from './trail-maker.ts';

const HOME = `${ACCOUNT}/${REGION}`;
const GLOBAL = `${ACCOUNT}/us-east-1`;
/** A digest is ten minutes old. */
const NOW_MS = hour(6) + 10 * 60_000;

function hour(hours: number): number {
  return START_MS + hours * HOUR_MS;
}
const at = (hours: number): string => toRfc3339(hour(hours));

/** Digests that end with each of these hours. */
function seal(trail: TestTrail, fromHour: number, toHour: number, isStart = false): TestTrail {
  for (let end = fromHour; end <= toHour; end += 1) trail.digest(hour(end), { isStart: isStart && end === fromHour });
  return trail;
}

const besideIn = (trail: TestTrail, place: Partial<TrailFolder>): TestTrail =>
  new TestTrail(trail.pair, { ...place, folder: trail.folder });

interface Case {
  readonly make: (trail: TestTrail) => void;
  readonly stated?: VaultStatement;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly found: readonly (readonly [code: string, subject: string, reason?: string])[];
}

const PERIOD = { fromMs: hour(0), toMs: hour(6) };
const VAULT = { trailNames: ['vault'], trailHome: REGION };

const NOT_PROVEN: Readonly<Record<string, Case>> = {
  'whose newest hours were cut off': {
    make: (trail) => seal(trail, 1, 3),
    ...PERIOD,
    found: [['coverage_hole', at(3), HOME]],
  },
  'which ended long before the period': {
    make: (trail) => seal(trail, 1, 3),
    fromMs: hour(30 * 24),
    toMs: hour(30 * 24 + 2),
    found: [['no_digests', HOME]],
  },
  'which begins long after the period does': {
    make: (trail) => seal(trail, 1, 6, true),
    fromMs: hour(-30 * 24),
    toMs: hour(6),
    found: [['coverage_hole', at(-30 * 24), HOME]],
  },
  'of which no digest seals any of the newest hour': {
    make: (trail) => seal(trail, 1, 5),
    fromMs: hour(5.5),
    toMs: hour(6),
    found: [['no_digests', HOME]],
  },
  'which was made anew under another name': {
    make: (trail) => {
      seal(trail, 1, 3);
      seal(besideIn(trail, { trailName: 'again' }), 5, 6, true);
    },
    ...PERIOD,
    found: [['coverage_hole', at(3), HOME]],
  },
  'which was made anew under another name than the stated one, without a minute between': {
    make: (trail) => {
      seal(trail, 1, 3);
      seal(besideIn(trail, { trailName: 'again' }), 4, 6, true);
    },
    ...PERIOD,
    stated: VAULT,
    found: [
      ['trail_differs', `${HOME}/${ACCOUNT}_CloudTrail-Digest_${REGION}_again_${REGION}`],
      ['coverage_hole', at(3), HOME],
    ],
  },
  'which was made anew under its name, without a minute between': {
    make: (trail) => {
      seal(trail, 1, 3);
      seal(trail, 4, 6, true);
    },
    ...PERIOD,
    found: [['chain_gap', at(3), `${HOME}/${ACCOUNT}_CloudTrail-Digest_${REGION}_vault_${REGION}`]],
  },
  'of another name than the stated one, where there is no other': {
    make: (trail) => seal(besideIn(trail, { trailName: 'other' }), 1, 6),
    ...PERIOD,
    stated: VAULT,
    found: [
      ['no_digests', HOME],
      ['trail_differs', `${HOME}/${ACCOUNT}_CloudTrail-Digest_${REGION}_other_${REGION}`],
    ],
  },
  'of the stated name, from another home Region': {
    make: (trail) => seal(trail, 1, 6),
    ...PERIOD,
    stated: { trailNames: ['vault'], trailHome: 'eu-west-1' },
    found: [
      ['no_digests', HOME],
      ['trail_differs', `${HOME}/${ACCOUNT}_CloudTrail-Digest_${REGION}_vault_${REGION}`],
    ],
  },
  'which ended in the vault’s Region while another goes on': {
    make: (trail) => {
      seal(trail, 1, 2);
      seal(besideIn(trail, { region: 'us-east-1' }), 1, 6);
    },
    ...PERIOD,
    found: [['coverage_hole', at(2), HOME]],
  },
  'which is in another Region and another account alone': {
    make: (trail) => {
      seal(besideIn(trail, { region: 'us-east-1' }), 1, 6);
      seal(besideIn(trail, { account: '444455556666' }), 1, 6);
    },
    ...PERIOD,
    found: [['no_digests', HOME]],
  },
  'which lacks a stated Region': {
    make: (trail) => seal(trail, 1, 6),
    ...PERIOD,
    stated: { covers: [GLOBAL] },
    found: [['no_digests', GLOBAL]],
  },
  'which ended in a stated Region': {
    make: (trail) => {
      seal(trail, 1, 6);
      seal(besideIn(trail, { region: 'us-east-1' }), 1, 3);
    },
    ...PERIOD,
    stated: { covers: [GLOBAL] },
    found: [['coverage_hole', at(3), GLOBAL]],
  },
  'which began late in a stated Region, in a report since its beginning': {
    make: (trail) => {
      seal(trail, 1, 6);
      seal(besideIn(trail, { region: 'us-east-1' }), 5, 6, true);
    },
    stated: { covers: [GLOBAL] },
    found: [['coverage_hole', at(0), GLOBAL]],
  },
  'with a digest taken out, which another trail of these hours does not fill': {
    make: (trail) => {
      seal(trail, 1, 2);
      const gone = trail.digest(hour(3));
      seal(trail, 4, 6);
      trail.remove(gone);
      seal(besideIn(trail, { trailName: 'other' }), 3, 3, true);
    },
    ...PERIOD,
    found: [
      ['coverage_hole', at(2), HOME],
      ['digest_invalid', expect.stringContaining('T120000Z') as unknown as string, 'not_found'],
    ],
  },
};

describe('no Pass is given to a trail', () => {
  test.each(Object.keys(NOT_PROVEN))('%s (V12)', async (title) => {
    const { make, stated, fromMs, toMs, found } = NOT_PROVEN[title] as Case;
    using trail = new TestTrail();
    make(trail);
    const resources = { ...RESOURCES, stated };
    const nowMs = Math.max(NOW_MS, toMs ?? 0);
    const { findings, passed } = await examine(trail, { nowMs, resources, fromMs, toMs });
    expect(findings.items.map(({ code, subject, reason }) => [code, subject, reason])).toEqual(
      found.map(([code, subject, reason]) => [code, subject, reason]),
    );
    expect(passed).toBe(false);
  });
});

describe('what digests prove', () => {
  test('is the time that all stated accounts and Regions have in common', async () => {
    using trail = new TestTrail();
    seal(trail, 1, 6);
    seal(besideIn(trail, { region: 'us-east-1' }), 1, 5);
    const resources = { ...RESOURCES, stated: { covers: [GLOBAL] } };
    const { integrity, findings } = await examine(trail, { nowMs: NOW_MS, resources, ...PERIOD });
    expect(integrity.coverage.proven).toEqual([{ fromMs: hour(0), toMs: hour(5) }]);
    expect(findings.items).toEqual([]);
  });

  test('holds a hole, where a digest between two others is missing', async () => {
    using trail = new TestTrail();
    seal(trail, 1, 2);
    const gone = trail.digest(hour(3));
    seal(trail, 4, 6);
    trail.remove(gone);
    const { integrity } = await examine(trail, { nowMs: NOW_MS, ...PERIOD });
    expect(integrity.coverage.proven).toEqual([
      { fromMs: hour(0), toMs: hour(2) },
      { fromMs: hour(3), toMs: hour(6) },
    ]);
  });

  test.each([
    [2 * HOUR_MS, []],
    [2 * HOUR_MS + 1_000, ['coverage_hole']],
  ])('may end %i ms ago, because CloudTrail writes a digest each hour and may be late', async (agoMs, codes) => {
    using trail = new TestTrail();
    seal(trail, 1, 6);
    const { findings } = await examine(trail, { nowMs: hour(6) + agoMs, fromMs: hour(0) });
    expect(findings.items.map(({ code }) => code)).toEqual(codes);
  });

  test('is nothing where the vault’s keys name no account', async () => {
    using trail = new TestTrail();
    seal(trail, 1, 6);
    const { findings, integrity } = await examine(trail, { nowMs: NOW_MS, resources: { ...RESOURCES, keyArns: {} } });
    expect(integrity.coverage.proven).toEqual([]);
    expect(findings.byCode).toEqual({ no_digests: 1 });
  });
});

describe('the scheduled check', () => {
  const world = use(() => openWorld());
  const checked = async (trail: TestTrail, nowMs: number, stated: VaultStatement = VAULT) => {
    const deps = { ...world.deps, clock: testClock(nowMs) };
    const open = async () => ({ trail: await trail.open(), publicKeys: trail.publicKeys, keySource: FROM_AWS });
    const from: ContinuousDeps = { deps, resources: { ...RESOURCES, stated }, honey: [], open };
    return watchTrail(from, { fromMs: nowMs - 2 * HOUR_MS, toMs: nowMs }, nowMs + HOUR_MS);
  };

  test('gives the age of the digests of the vault’s own Region and trail', async () => {
    using trail = new TestTrail();
    seal(trail, 1, 2);
    seal(besideIn(trail, { region: 'us-east-1' }), 1, 6);
    seal(besideIn(trail, { trailName: 'other' }), 1, 6);
    const { digestAgeSeconds, digestsMissing } = await checked(trail, hour(6));
    expect(digestAgeSeconds).toBe(4 * 3_600);
    expect(digestsMissing).toBeGreaterThan(0);
  });

  test('gives no age, and a missing digest, where only other Regions have one', async () => {
    using trail = new TestTrail();
    seal(besideIn(trail, { region: 'us-east-1' }), 1, 6);
    expect(await checked(trail, hour(6))).toMatchObject({ digestAgeSeconds: undefined, digestsMissing: 1 });
  });

  test('finds nothing while a new trail is younger than the hours it looks at', async () => {
    using trail = new TestTrail();
    trail.log(hour(5) + 60_000, []);
    seal(trail, 6, 6, true);
    expect(await checked(trail, hour(6) + 60_000)).toMatchObject({
      digestAgeSeconds: 60,
      digestsMissing: 0,
      findings: 0,
    });
  });

  test('finds a trail that begins again beside older files of its Region', async () => {
    using trail = new TestTrail();
    seal(besideIn(trail, { trailName: 'former' }), 1, 2);
    seal(trail, 6, 6, true);
    const wide = { fromMs: hour(0), toMs: hour(7) };
    const { findings } = await examine(trail, { nowMs: hour(8), ...wide, mayBeNew: true, resources: RESOURCES });
    expect(findings.items.map(({ code, subject }) => [code, subject])).toEqual([['coverage_hole', at(2)]]);
  });
});
