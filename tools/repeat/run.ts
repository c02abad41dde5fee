/**
 * `npm run repeat -- --times 10 --busy 2`: runs the tests again and again, each time with another seed and in another
 * order, while other processes keep the machine busy. Further arguments go to Jest. Prints the tests that failed, with
 * their seeds, and keeps the output of each failed run in `.build/`; the exit code is 1 where any run failed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawSeed } from '../../test/setup/seed.ts';

const root = join(import.meta.dirname, '../..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    busy: { type: 'string', default: String(availableParallelism()) },
    'limit-minutes': { type: 'string', default: '60' },
  },
});
const times = wholeNumber('times', values.times);
const busy = wholeNumber('busy', values.busy);
const limitMs = wholeNumber('limit-minutes', values['limit-minutes']) * 60_000;

/** Seeds with which each test failed, by its name as Jest prints it. */
const failures = new Map<string, number[]>();
let failedRuns = 0;
mkdirSync(join(root, '.build'), { recursive: true });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
const others = Array.from({ length: busy }, keepBusy);
for (let run = 1; run <= times; run += 1) {
  const seed = drawSeed();
  const output = join(root, `.build/repeat-${seed}.log`);
  const startedMs = performance.now();
  const ended = await runTests(seed, output);
  print(`${run} of ${times}: seed ${seed}, ${Math.round((performance.now() - startedMs) / 1_000)} s, ${ended}`);
  if (ended === 'exit 0') {
    rmSync(output);
    continue;
  }
  failedRuns += 1;
  const names = readFileSync(output, 'utf8').matchAll(/^ {2}● (.+)$/gm);
  for (const name of new Set([...names].map(([, name = '']) => name)))
    failures.set(name, [...(failures.get(name) ?? []), seed]);
}
for (const child of others) child.kill('SIGKILL');
for (const [name, seeds] of [...failures].toSorted(([, a], [, b]) => b.length - a.length))
  print(`${seeds.length} of ${times}: ${name} (seeds ${seeds.join(', ')})`);
print(`${times - failedRuns} of ${times} runs passed.`);
process.exit(failedRuns === 0 ? 0 : 1);

/** Its end: `exit 0`, another code, or a signal. */
function runTests(seed: number, output: string): Promise<string> {
  const log = openSync(output, 'w');
  const env = { ...process.env, FUDA_TEST_SEED: String(seed), FUDA_TEST_ORDER: 'random' };
  // A separate process group, so that every process it starts ends with it.
  const child = spawn(process.execPath, [join(root, 'test/run.ts'), '--silent', ...positionals], {
    cwd: root,
    env,
    stdio: ['ignore', log, log],
    detached: true,
  });
  const end = () => endGroup(child);
  process.once('exit', end);
  return new Promise((resolve, reject) => {
    const late = setTimeout(end, limitMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      end();
      process.removeListener('exit', end);
      closeSync(log);
      resolve(code === null ? `ended by ${signal}` : `exit ${code}`);
    });
  });
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // No process is left in it.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A process that takes a core, and ends when this one does. */
function keepBusy(): ChildProcess {
  const script = `
    process.on('disconnect', () => process.exit());
    const spin = () => {
      const untilMs = performance.now() + 100;
      while (performance.now() < untilMs);
      setImmediate(spin);
    };
    spin();
  `;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 1_000) return value;
  throw new RangeError(`--${name} must be a whole number from 0 to 1000`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
