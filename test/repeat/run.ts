/**
 * `npm run repeat`: runs the whole suite again and again, each time with another seed and in another order, while busy
 * processes keep the cores busy. Each run leaves a line in .build/repeat-<commit>.jsonl and its output beside it, so a
 * stopped series goes on where it was. `--times 10` is how many runs there are to be in all, `--busy 2` how many busy
 * processes. Ends with 1 where any run failed.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { drawSeed } from '../setup/seed.ts';

const RUN_TIMEOUT_MS = 45 * 60_000;
const TIMES_MAX = 100;
const root = join(import.meta.dirname, '../..');

interface Run {
  readonly seed: number;
  readonly passed: number;
  readonly failed: number;
  readonly seconds: number;
  /** Exit code of `npm test`; null where its time was up. */
  readonly exitCode: number | null;
  readonly failures: readonly string[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const { times, busy } = settings();
const base = join(root, '.build', `repeat-${commit()}`);
const book = `${base}.jsonl`;
mkdirSync(join(root, '.build'), { recursive: true });
const runs: Run[] = existsSync(book)
  ? readFileSync(book, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Run)
  : [];
if (runs.length > 0) process.stdout.write(`${runs.length} runs of this commit are there already.\n`);

const loops = Array.from({ length: busy }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(loops, 130));
try {
  while (runs.length < times) {
    const run = await runOnce(runs.length + 1, drawSeed());
    appendFileSync(book, `${JSON.stringify(run)}\n`);
    runs.push(run);
    process.stdout.write(`${rowOf(run, runs.length)}\n`);
  }
} finally {
  for (const loop of loops) loop.kill('SIGKILL');
}
const bad = runs.filter(({ exitCode }) => exitCode !== 0);
process.stdout.write(`\n${runs.map((run, index) => rowOf(run, index + 1)).join('\n')}\n`);
process.stdout.write(`\n${runs.length} runs, ${bad.length} with failures; ${relative(root, book)}\n`);
process.exit(bad.length > 0 ? 1 : 0);

/** One run of `npm test` in a random order. */
async function runOnce(number: number, seed: number): Promise<Run> {
  const report = `${base}-${number}.json`;
  rmSync(report, { force: true });
  const startedMs = performance.now();
  const log = openSync(`${base}-${number}.log`, 'w');
  const child = spawn(process.execPath, [join(root, 'test/run.ts'), '--json', `--outputFile=${report}`], {
    cwd: root,
    env: { ...process.env, FUDA_TEST_SEED: String(seed), FUDA_TEST_ORDER: 'random' },
    stdio: ['ignore', log, log],
    timeout: RUN_TIMEOUT_MS,
  });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  return { seed, seconds, exitCode, ...readReport(report) };
}

function readReport(path: string): Pick<Run, 'passed' | 'failed' | 'failures'> {
  if (!existsSync(path)) return { passed: 0, failed: 0, failures: ['the run wrote no report'] };
  const report = JSON.parse(readFileSync(path, 'utf8')) as JestReport;
  const failures = report.testResults.flatMap(({ name, status, assertionResults }) => {
    const file = relative(root, name);
    const titles = assertionResults.filter((each) => each.status === 'failed').map(({ fullName }) => fullName);
    return titles.length === 0 && status === 'failed' ? [file] : titles.map((title) => `${file}: ${title}`);
  });
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    failures,
  };
}

function rowOf({ seed, passed, failed, seconds, exitCode, failures }: Run, number: number): string {
  const outcome = exitCode === 0 ? 'good' : `exit ${exitCode ?? 'none, its time was up'}`;
  const row = `${String(number).padStart(3)}  seed ${String(seed).padStart(10)}  ${passed} passed, ${failed} failed  ${seconds} s  ${outcome}`;
  return [row, ...failures.map((failure) => `       ${failure}`)].join('\n');
}

/** The commit that is tested; runs of another say nothing about it, and neither do those of a changed work tree. */
function commit(): string {
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout.trim();
  if (git('status', '--porcelain') !== '') fail('The work tree has changes; commit them first.');
  return git('rev-parse', '--short=12', 'HEAD');
}

function settings(): { readonly times: number; readonly busy: number } {
  const { values } = parseArgs({ options: { times: { type: 'string' }, busy: { type: 'string' } } });
  const read = (name: 'times' | 'busy', fallback: number, min: number): number => {
    const text = values[name] ?? String(fallback);
    const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= TIMES_MAX) return number;
    return fail(`--${name} takes a whole number from ${min} to ${TIMES_MAX}.`);
  };
  return { times: read('times', 10, 1), busy: read('busy', availableParallelism(), 0) };
}

function fail(message: string): never {
  process.stderr.write(`repeat: ${message}\n`);
  process.exit(2);
}

function end(children: readonly ChildProcess[], exitCode: number): never {
  for (const child of children) child.kill('SIGKILL');
  process.exit(exitCode);
}
