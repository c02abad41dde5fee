/**
 * What is known of a series of runs: one line of JSON for each, behind a line that says of what. A series that was
 * stopped goes on where it was, as long as it is asked for the same of the same source.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { chance } from '../simulation/chance.ts';

/** What makes two series the same one. */
export interface RunSeries {
  /** The commit, and a hash of what differs from it. */
  readonly source: string;
  readonly busy: number;
  /** What Jest is asked for; the whole suite where empty. */
  readonly jestArgs: readonly string[];
}

export interface Run {
  readonly seed: number;
  readonly order: 'random';
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** How it ended: `exit 0`, `exit 1`, `out of time`. */
  readonly ended: string;
  /** Names of the tests that failed, and of files that could not run. */
  readonly failures: readonly string[];
}

export interface Ledger {
  readonly runs: readonly Run[];
  /** Of the next run, the same one where the run before a stop was not noted. */
  nextSeed(): number;
  note(run: Run): void;
}

interface Heading extends RunSeries {
  readonly firstSeed: number;
}

const SEED_LIMIT = 2 ** 31;

/** Reads the series in the file, or begins it anew where the file holds another or none. */
export function openLedger(file: string, series: RunSeries, drawSeed: () => number): Ledger {
  const { heading, runs } = readSeries(file, series) ?? beginSeries(file, { ...series, firstSeed: drawSeed() });
  return {
    runs,
    nextSeed: () => seedsOf(heading.firstSeed, runs.length + 1).at(-1) ?? heading.firstSeed,
    note(run) {
      runs.push(run);
      appendFileSync(file, `${JSON.stringify(run)}\n`);
    },
  };
}

function seedsOf(firstSeed: number, count: number): number[] {
  const { below } = chance(firstSeed);
  return Array.from({ length: count }, () => below(SEED_LIMIT));
}

function beginSeries(file: string, heading: Heading): { heading: Heading; runs: Run[] } {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(heading)}\n`);
  return { heading, runs: [] };
}

function readSeries(file: string, series: RunSeries): { heading: Heading; runs: Run[] } | null {
  if (!existsSync(file)) return null;
  // The last line counts once it is whole.
  const [first, ...rest] = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  if (first === undefined) return null;
  const { firstSeed, ...found } = JSON.parse(first) as Heading;
  if (JSON.stringify(found) !== JSON.stringify(series)) return null;
  // Half a line would spoil the next one.
  writeFileSync(file, [first, ...rest].map((line) => `${line}\n`).join(''));
  return { heading: { ...series, firstSeed }, runs: rest.map((line) => JSON.parse(line) as Run) };
}

export const isGood = ({ failed, ended }: Run): boolean => failed === 0 && ended === 'exit 0';

/** One row for each run, and below it the tests that failed, most often first. */
export function tableOf(runs: readonly Run[]): string {
  const rows = runs.map(({ seed, order, passed, failed, seconds, ended }, index) =>
    [index + 1, seed, order, passed, failed, seconds, ended].map(String),
  );
  const names = ['run', 'seed', 'order', 'passed', 'failed', 'seconds', 'ended'];
  const widths = names.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = [names, ...rows].map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  const failures = Map.groupBy(
    runs.flatMap((run) => run.failures.map((name) => ({ name, seed: run.seed }))),
    ({ name }) => name,
  );
  const told = [...failures]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(
      ([name, found]) =>
        `${found.length} of ${runs.length}: ${name} (seeds ${found.map(({ seed }) => seed).join(', ')})`,
    );
  return [...lines, ...(told.length > 0 ? ['', ...told] : [])].join('\n');
}
