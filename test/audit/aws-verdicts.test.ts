/**
 * The verdicts of `aws cloudtrail validate-logs`, recorded by aws-verdicts.py on every spoiled trail of tamperings.ts,
 * and ours on the same trails (V12). Where we say more than AWS, or otherwise, the table of docs/reference/evidence.md
 * says so too.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { countFiles } from '../../audit/trail/files.ts';
import { type FileVerdict, VERDICTS, type Verdict, verdictLine } from '../../audit/trail/verdicts.ts';
import { toRfc3339 } from '../../shared/base/clock.ts';
import { examine } from './examine.ts';
import { soundTrails, TAMPERINGS } from './tamperings.ts';
import { BUCKET, HOUR_MS, RESOURCES, START_MS } from './trail-maker.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const { cases } = JSON.parse(read('test/vectors/cloudtrail/validate-logs.json')) as {
  cases: Readonly<Record<string, { readonly valid: number; readonly other: readonly string[] }>>;
};
const page = read('docs/reference/evidence.md');

/** AWS's words where ours differ, by our verdict. */
const SAID_OTHERWISE: Readonly<Partial<Record<Verdict, RegExp>>> = {
  signature_missing: /^INVALID: signature verification failed$/,
  unknown_public_key: /^INVALID: public key not found in region [a-z0-9-]+ for fingerprint <fingerprint>$/,
  bad_public_key: /^INVALID: Unable to load PKCS #1 key with fingerprint <fingerprint>$/,
};
/** Lines of AWS's that ours has not, on purpose; docs/reference/evidence.md says why. */
const AWS_ALONE: Readonly<Record<string, RegExp>> = {
  'the chain goes on in an older bucket, which is not there': /^Digest file\ts3:\/\/vault-trail-before\/.*not found$/,
  'two backfill digests list late log files of hours apart': /^\(backfill\) No log files were delivered/,
};
/** What AWS's validator never looks at: it follows digests to their log files, and lists no folder of log files. */
const OURS_ALONE: ReadonlySet<Verdict> = new Set<Verdict>(['unlisted', 'not_in_chain', 'foreign']);

async function ours(name: string) {
  const spoiled = soundTrails();
  using trail = spoiled.trail;
  TAMPERINGS[name]?.(spoiled);
  const resources = { ...RESOURCES, stated: { trailBucket: BUCKET } };
  return await examine(trail, { nowMs: START_MS + 6 * HOUR_MS, resources });
}

/** The line AWS would print of this file, if it uses its own words for our verdict. */
function matches(line: string, { file, key, verdict }: FileVerdict): boolean {
  const [noun, place, said = ''] = line.replace('(backfill) ', '').split('\t');
  const words = SAID_OTHERWISE[verdict];
  return (
    `${noun}\t${place}` === `${verdictLine({ file, key, verdict }).split('\t')[0]}\t${addressOf(key)}` &&
    (words === undefined ? said === VERDICTS[verdict] : words.test(said))
  );
}

/** A file in another bucket is named with it. */
const addressOf = (key: string): string => (key.startsWith('s3://') ? key : `s3://${BUCKET}/${key}`);

describe('of a trail in which', () => {
  test.each(Object.keys(TAMPERINGS))('%s, AWS’s validator and ours say the same', async (name) => {
    const { valid, other } = cases[name] ?? { valid: -1, other: [] };
    const alone = other.filter((line) => AWS_ALONE[name]?.test(line));
    expect(alone).toHaveLength(AWS_ALONE[name] === undefined ? 0 : 1);
    const recorded = { valid, other: other.filter((line) => !alone.includes(line)) };
    const { integrity } = await ours(name);
    const found = integrity.files.invalid.items.filter(({ verdict }) => !OURS_ALONE.has(verdict));
    const lines = recorded.other.filter((line) => !line.startsWith('No log files'));
    expect(found.filter((verdict) => !lines.some((line) => matches(line, verdict)))).toEqual([]);
    expect(lines.filter((line) => !found.some((verdict) => matches(line, verdict)))).toEqual([]);
    expect(countFiles(integrity.files, 'digest').valid + countFiles(integrity.files, 'log').valid).toBe(recorded.valid);
    const gaps = integrity.gaps.items.map(
      ({ fromMs, toMs }) =>
        `No log files were delivered by CloudTrail between ${toRfc3339(fromMs)} and ${toRfc3339(toMs)}`,
    );
    expect(gaps.map((gap) => gap.replaceAll('.000Z', 'Z'))).toEqual(
      recorded.other.filter((line) => line.startsWith('No log files')),
    );
  });

  test('every tampering is recorded, and listed in the reference', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(TAMPERINGS).sort());
    expect(Object.keys(TAMPERINGS).filter((name) => !page.includes(`| ${name} |`))).toEqual([]);
  });
});
