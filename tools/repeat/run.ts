/**
 * `npm run repeat -- --times 10 --busy 2 --limit-minutes 60`: runs the tests again and again, each time with another
 * seed and in another order, while other processes keep the machine busy. Further arguments go to Jest. Each run is
 * noted in `.build/repeat.jsonl`, and the output of a failed run is kept beside it. A series that was stopped goes on
 * where it was, on the same source. Prints a table at the end; the exit code is 1 where any run failed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { drawSeed } from '../../test/setup/seed.ts';
import { isGood, openLedger, tableOf } from './ledger.ts';
import { endAll, runOnce } from './once.ts';

const MINUTE_MS = 60_000;
const root = join(import.meta.dirname, '../..');

const { times, busy, limitMs, jestArgs } = readArguments();
const series = { source: sourceOf(root), busy, jestArgs };
const ledger = openLedger(join(root, '.build/repeat.jsonl'), series, drawSeed);

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}

if (ledger.runs.length > 0) print(`${ledger.runs.length} runs of this source are noted already.`);
while (ledger.runs.length < times) {
  const run = await runOnce(ledger.nextSeed(), { busy, limitMs, jestArgs });
  ledger.note(run);
  const { seed, passed, failed, seconds, ended } = run;
  print(`${ledger.runs.length} of ${times}: seed ${seed}, ${passed} passed, ${failed} failed, ${seconds} s, ${ended}`);
}
print(`\n${tableOf(ledger.runs)}`);
process.exit(ledger.runs.every(isGood) ? 0 : 1);

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        times: { type: 'string', default: '10' },
        busy: { type: 'string', default: String(availableParallelism()) },
        'limit-minutes': { type: 'string', default: '60' },
      },
    });
    return {
      times: wholeNumber('times', values.times, 1),
      busy: wholeNumber('busy', values.busy, 0),
      limitMs: wholeNumber('limit-minutes', values['limit-minutes'], 1) * MINUTE_MS,
      jestArgs: positionals,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}

function wholeNumber(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= 1_000) return value;
  throw new RangeError(`--${name} must be a whole number from ${min} to 1000`);
}

/** The commit, with a hash of what differs from it. */
function sourceOf(folder: string): string {
  const git = (...args: readonly string[]): string => {
    const { status, stdout } = spawnSync('git', args, { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
    if (status !== 0) throw new Error('npm run repeat needs git, to know of which commit its runs are');
    return stdout;
  };
  const changes = git('status', '--porcelain') + git('diff', 'HEAD');
  const commit = git('rev-parse', 'HEAD').trim();
  return changes === '' ? commit : `${commit}+${createHash('sha256').update(changes).digest('hex').slice(0, 12)}`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
