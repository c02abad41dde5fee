/**
 * `npm run check`: every check of the source, fastest first. `--without-tests` leaves out the tests, `--only NAME` runs
 * one check. A failed check does not stop the others, so that one run shows every problem.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

interface Check {
  readonly name: string;
  /** A script or program below the root, and its arguments. */
  readonly run: readonly [script: string, ...args: string[]];
  readonly timeoutMs: number;
  readonly isTest?: true;
  readonly env?: Readonly<Record<string, string>>;
  /** The reason it cannot run on this machine; undefined if it can. */
  readonly missing?: string | undefined;
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
  { name: 'types of cli/, as Node 20 has them', run: [TSC, '-p', 'cli/tsconfig.json'], timeoutMs: 5 * MINUTE_MS },
  { name: 'types of test/web/', run: [TSC, '-p', 'test/web/tsconfig.json'], timeoutMs: 5 * MINUTE_MS },
  {
    name: 'synthesis, against CloudFormation’s schemas',
    run: ['infra/app.ts'],
    timeoutMs: 5 * MINUTE_MS,
    env: { CDK_OUTDIR: join(root, '.build/check-assembly'), CDK_VALIDATION: 'true' },
  },
  { name: 'generated pages', run: ['tools/docs/generate.ts', '--check'], timeoutMs: 10 * MINUTE_MS },
  { name: 'tests, the tidy test among them', run: ['test/run.ts'], timeoutMs: 30 * MINUTE_MS, isTest: true },
  {
    name: 'tables on DynamoDB Local',
    run: ['test/run.ts', ...filesOnEachEngine()],
    timeoutMs: 10 * MINUTE_MS,
    isTest: true,
    env: { FUDA_TEST_ENGINE: 'dynamodb-local' },
    missing: spawnSync('java', ['-version']).status === 0 ? undefined : 'it needs Java 17',
  },
];

/** The test files with `describe.each(ENGINES)`. */
function filesOnEachEngine(): string[] {
  const names = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  return names
    .filter((name) => readFileSync(join(root, 'test', name), 'utf8').includes('describe.each(ENGINES)'))
    .map((name) => `test/${name.replaceAll('\\', '/')}`)
    .sort();
}

function passes({ name, run: [script, ...args], timeoutMs, env, missing }: Check): boolean {
  process.stdout.write(`\n── ${name}\n`);
  if (missing !== undefined) {
    process.stdout.write(`left out: ${missing}\n`);
    return true;
  }
  const { status, error } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
    timeout: timeoutMs,
  });
  if (error) process.stderr.write(`${name}: ${error.message}\n`);
  return status === 0;
}

const { values } = parseArgs({
  options: { 'without-tests': { type: 'boolean', default: false }, only: { type: 'string' } },
});
const chosen = CHECKS.filter(
  ({ name, isTest }) => !(isTest && values['without-tests']) && (values.only === undefined || values.only === name),
);
if (chosen.length === 0) {
  process.stderr.write(`--only takes the name of a check: ${CHECKS.map(({ name }) => `'${name}'`).join(', ')}.\n`);
  process.exit(2);
}
const results = chosen.map((check) => ({ name: check.name, isGood: passes(check) }));

process.stdout.write('\n');
for (const { name, isGood } of results) process.stdout.write(`${isGood ? 'ok    ' : 'FAILED'} ${name}\n`);
process.exit(results.every(({ isGood }) => isGood) ? 0 : 1);
