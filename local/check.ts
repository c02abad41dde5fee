/**
 * `npm run check`: everything that can be held against the source, quickest answer first. `--without-tests` leaves out
 * what `npm test` runs. Every check runs, whatever the one before it said, so that one run names all there is to do.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Check {
  readonly name: string;
  /** A script or program below the root, and its arguments. */
  readonly run: readonly [script: string, ...args: string[]];
  readonly timeoutMs: number;
  readonly isTest?: true;
}

const MINUTE_MS = 60_000;
const TSC = 'node_modules/typescript/bin/tsc';
const root = join(import.meta.dirname, '..');

const CHECKS: readonly Check[] = [
  {
    name: 'format and lint',
    run: ['node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'],
    timeoutMs: 2 * MINUTE_MS,
  },
  { name: 'types', run: [TSC, '-p', 'tsconfig.json'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types of web/', run: [TSC, '-p', 'web/tsconfig.json'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types of test/web/', run: [TSC, '-p', 'test/web/tsconfig.json'], timeoutMs: 5 * MINUTE_MS },
  { name: 'tests, the tidy test among them', run: ['test/run.ts'], timeoutMs: 30 * MINUTE_MS, isTest: true },
];

function passes({ name, run: [script, ...args], timeoutMs }: Check): boolean {
  process.stdout.write(`\n── ${name}\n`);
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    stdio: 'inherit',
    timeout: timeoutMs,
  });
  if (error) process.stderr.write(`${name}: ${error.message}\n`);
  return status === 0;
}

const { values } = parseArgs({ options: { 'without-tests': { type: 'boolean', default: false } } });
const chosen = CHECKS.filter(({ isTest }) => !(isTest && values['without-tests']));
const results = chosen.map((check) => ({ name: check.name, isGood: passes(check) }));

process.stdout.write('\n');
for (const { name, isGood } of results) process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${name}\n`);
process.exit(results.every(({ isGood }) => isGood) ? 0 : 1);
