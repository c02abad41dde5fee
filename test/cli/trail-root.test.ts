/** Which folder is the trail: one too high or too low is answered with the right one, before anything is audited. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openTrailFolder } from '../../audit/trail/trail-folder.ts';
import { refuseOtherRoot } from '../../cli/commands/evidence/trail-root.ts';
import { HOUR_MS, kmsRecord, START_MS, TestTrail } from '../audit/trail-maker.ts';

let home: string;
let copy: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'fuda-root-'));
  copy = join(home, 'copies/bucket');
  mkdirSync(copy, { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** A trail in `copy`; as in the bucket, its files lie under the prefix. */
function trailUnder(prefix: string, { hasDigest = true } = {}): void {
  const trail = new TestTrail(undefined, { folder: copy, prefix });
  trail.log(START_MS, [kmsRecord()]);
  if (hasDigest) trail.digest(START_MS + HOUR_MS);
}

/** What is said of a folder, with the temporary one taken out; null where it is the trail. */
async function refusalOf(folder: string): Promise<string | null> {
  try {
    refuseOtherRoot(folder, (await openTrailFolder(folder)).keys);
    return null;
  } catch (error) {
    return (error as Error).message.replaceAll(`${home}/`, '');
  }
}

test.each([
  ['', 'copies/bucket', null],
  ['', 'copies', '--trail names a folder above the trail. Name copies/bucket.'],
  ['', '.', '--trail names a folder above the trail. Name copies/bucket.'],
  ['', 'copies/bucket/AWSLogs', '--trail names a folder inside the trail. Name copies/bucket.'],
  ['', 'copies/bucket/AWSLogs/111122223333', '--trail names a folder inside the trail. Name copies/bucket.'],
  ['vault/a/', 'copies/bucket', null],
  ['vault/a/', 'copies', '--trail names a folder above the trail. Name copies/bucket.'],
  ['vault/a/', 'copies/bucket/vault', '--trail names a folder inside the trail. Name copies/bucket.'],
  ['vault/a/', 'copies/bucket/vault/a', '--trail names a folder inside the trail. Name copies/bucket.'],
])('of a trail under “%s” the folder %s is answered with %j', async (prefix, folder, said) => {
  trailUnder(prefix);
  expect(await refusalOf(join(home, folder))).toBe(said);
});

test.each([
  ['AWSLogs', '', '--trail must name a folder that holds AWSLogs/, as the trail’s bucket does.'],
  ['vault', 'vault/', '--trail must name a folder that holds vault/, as the trail’s bucket does.'],
])('a copy of what lies below %s alone is asked to be laid under it', async (below, prefix, said) => {
  trailUnder(prefix);
  const moved = join(home, 'copied');
  cpSync(join(copy, below), moved, { recursive: true });
  expect(await refusalOf(moved)).toBe(said);
});

test('an empty folder is left to the audit', async () => {
  expect(await refusalOf(copy)).toBe(null);
});

test('log files without a digest are left to the audit', async () => {
  trailUnder('', { hasDigest: false });
  expect(await refusalOf(copy)).toBe(null);
});

test('a damaged digest is left to the audit', async () => {
  trailUnder('');
  const { keys } = await openTrailFolder(copy);
  for (const key of keys) writeFileSync(join(copy, key), 'no gzip');
  expect(await refusalOf(join(home, 'copies'))).toBe(null);
});
