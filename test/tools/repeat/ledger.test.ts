/** A series of runs goes on where it was stopped, is begun anew for another source, and its table names what failed. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isGood, openLedger, type Run, type RunSeries, tableOf } from '../../../tools/repeat/ledger.ts';
import { type JestReport, runOf } from '../../../tools/repeat/report.ts';

const SERIES: RunSeries = { source: 'c0ffee', busy: 2, jestArgs: [] };
const run = (seed: number, failures: readonly string[] = []): Run => ({
  seed,
  order: 'random',
  passed: 12,
  failed: failures.length,
  seconds: 30,
  ended: failures.length > 0 ? 'exit 1' : 'exit 0',
  failures,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuda-repeat-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'below/repeat.jsonl');
const open = (series = SERIES, firstSeed = 5) => openLedger(file(), series, () => firstSeed);

describe('a series', () => {
  test('goes on after the runs that were noted, with the seed that a run cut off had', () => {
    const before = open();
    before.note(run(before.nextSeed()));
    const cutOff = before.nextSeed();
    // The seed that is drawn now is not asked for: the series has one.
    const after = open(SERIES, 6);
    expect(after.runs).toEqual(before.runs);
    expect(after.nextSeed()).toBe(cutOff);
  });

  test('draws another seed for each run', () => {
    const ledger = open();
    for (let count = 0; count < 20; count += 1) ledger.note(run(ledger.nextSeed()));
    expect(new Set(ledger.runs.map(({ seed }) => seed)).size).toBe(20);
  });

  test.each<[what: string, other: Partial<RunSeries>]>([
    ['source', { source: 'c0ffee+1' }],
    ['load', { busy: 0 }],
    ['choice of tests', { jestArgs: ['test/card'] }],
  ])('of another %s is begun anew', (_what, other) => {
    const ledger = open();
    ledger.note(run(ledger.nextSeed()));
    expect(open({ ...SERIES, ...other }).runs).toEqual([]);
    expect(open().runs).toEqual([]);
  });

  test('does not take a line that was not written to its end for a run', () => {
    const ledger = open();
    ledger.note(run(ledger.nextSeed()));
    appendFileSync(file(), '{"seed":7,"pas');
    const after = open();
    expect(after.runs).toHaveLength(1);
    after.note(run(8));
    expect(open().runs.map(({ seed }) => seed)).toEqual([ledger.runs[0]?.seed, 8]);
  });

  test('has one line for each run, with all that there is to know', () => {
    const ledger = open();
    ledger.note(run(7, ['test/a.test.ts: tea is warm']));
    expect(JSON.parse(readFileSync(file(), 'utf8').split('\n')[1] ?? '')).toEqual(
      run(7, ['test/a.test.ts: tea is warm']),
    );
  });
});

test('the table names each test that failed, the most frequent first, with its seeds', () => {
  const [often, once] = ['test/a.test.ts: tea is warm', 'test/b.test.ts: tea is green'];
  const lines = tableOf([run(7, [once, often]), run(8), run(9, [often])]).split('\n');
  expect(lines[0]).toMatch(/^ *run +seed +order +passed +failed +seconds +ended$/);
  expect(lines[1]).toMatch(/^ *1 +7 +random +12 +2 +30 +exit 1$/);
  expect(lines.slice(-2)).toEqual([`2 of 3: ${often} (seeds 7, 9)`, `1 of 3: ${once} (seeds 7)`]);
});

describe('a run', () => {
  const ended = { seed: 7, seconds: 30, ended: 'exit 1' };
  const report = (numRuntimeErrorTestSuites: number, testResults: JestReport['testResults']): JestReport => ({
    numPassedTests: 3,
    numFailedTests: 1,
    numRuntimeErrorTestSuites,
    testResults,
  });

  test('names tests that failed and files that could not run', () => {
    const made = runOf(
      report(1, [
        {
          name: '/somewhere/test/a.test.ts',
          status: 'failed',
          assertionResults: [
            { fullName: 'tea is warm', status: 'failed' },
            { fullName: 'tea is green', status: 'passed' },
          ],
        },
        { name: '/somewhere/test/b.test.ts', status: 'failed', assertionResults: [] },
      ]),
      ended,
    );
    expect(made).toMatchObject({ passed: 3, failed: 2 });
    expect(made.failures).toEqual(['test/a.test.ts: tea is warm', 'test/b.test.ts could not run']);
  });

  test('that ended before it reported, or with another code, is not good though no test failed', () => {
    expect(isGood(runOf(null, { ...ended, ended: 'out of time' }))).toBe(false);
    expect(isGood({ ...run(7), ended: 'exit 1' })).toBe(false);
    expect(isGood(run(7))).toBe(true);
  });
});
