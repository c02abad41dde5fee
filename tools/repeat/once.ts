/** One run of the tests, in another order and beside processes that keep the machine busy; ended where it takes too long. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isGood, type Run } from './ledger.ts';
import { type JestReport, runOf } from './report.ts';

/** Between asking a run to end and ending it. */
const GRACE_MS = 20_000;
const root = join(import.meta.dirname, '../..');

export interface Conditions {
  /** How many processes take a core each for themselves. */
  readonly busy: number;
  readonly limitMs: number;
  readonly jestArgs: readonly string[];
}

/** Process groups of ours, which must not outlive us. */
const groups = new Set<ChildProcess>();

export function endAll(): void {
  for (const child of groups) endGroup(child, 'SIGKILL');
}

/** What the tests printed is kept in `.build/` where the run was not good. */
export async function runOnce(seed: number, { busy, ...how }: Conditions): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), 'fuda-repeat-'));
  mkdirSync(join(root, '.build'), { recursive: true });
  const [report, output] = [join(scratch, 'report.json'), join(root, `.build/repeat-${seed}.log`)];
  const others = Array.from({ length: busy }, keepBusy);
  const startedMs = performance.now();
  try {
    const ended = await runTests(seed, { ...how, report, output });
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    const run = runOf(readReport(report), { seed, ended, seconds });
    if (isGood(run)) rmSync(output, { force: true });
    return run;
  } finally {
    for (const child of others) child.kill('SIGKILL');
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Places {
  readonly report: string;
  readonly output: string;
}

function runTests(
  seed: number,
  { limitMs, jestArgs, report, output }: Omit<Conditions, 'busy'> & Places,
): Promise<string> {
  const log = openSync(output, 'w');
  const child = spawn(
    process.execPath,
    [join(root, 'test/run.ts'), '--json', `--outputFile=${report}`, '--silent', ...jestArgs],
    {
      cwd: root,
      env: { ...process.env, FUDA_TEST_SEED: String(seed), FUDA_TEST_ORDER: 'random' },
      // On its standard output Jest prints the report too.
      stdio: ['ignore', 'ignore', log],
      detached: true,
    },
  );
  groups.add(child);
  return new Promise((resolve, reject) => {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      endGroup(child, 'SIGTERM');
      setTimeout(endGroup, GRACE_MS, child, 'SIGKILL').unref();
    }, limitMs);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(late);
      // Whatever it left behind ends with it.
      endGroup(child, 'SIGKILL');
      groups.delete(child);
      closeSync(log);
      resolve(isLate ? 'out of time' : code === null ? `ended by ${signal}` : `exit ${code}`);
    });
  });
}

function endGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
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

function readReport(file: string): JestReport | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as JestReport;
  } catch {
    return null;
  }
}
