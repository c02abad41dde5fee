/**
 * `npm run mutate -- shared/card`: changes one thing in a copy of the folder at a time, runs the tests of that folder, and
 * prints the changes that no test noticed. `--sample 40` takes that many by `--seed`, `--tests` names other tests. What
 * it prints is for a reader: some changes make no difference, such as that of a limit on a loop.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { chance } from '../simulation/chance.ts';
import { readTree } from '../tidy/tree.ts';
import { type Mutant, mutantsOf } from './mutants.ts';

const root = join(import.meta.dirname, '../..');
const copy = mkdtempSync(join(tmpdir(), 'fuda-mutation-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));
/** A change may make a loop endless; a run that takes this many times as long as the first is stopped. */
const SLOWER_MAX = 3;
const STARTING_MS = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' }, tests: { type: 'string' } },
});
const [folder] = positionals;
if (folder === undefined) throw new Error('Name a folder: npm run mutate -- shared/card');
const tests = (values.tests ?? folder.replace(/^shared\//, 'test/')).split(',');

function passes(run: readonly string[], timeoutMs?: number): boolean {
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--bail', '--maxWorkers=1'];
  const { status } = spawnSync(process.execPath, [...jest, `--seed=${values.seed}`, ...run], {
    cwd: copy,
    env: { ...process.env, FUDA_TEST_SEED: values.seed },
    stdio: 'ignore',
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
  });
  return status === 0;
}

function chosen(mutants: readonly Mutant[]): readonly Mutant[] {
  if (values.sample === undefined) return mutants;
  const { below } = chance(Number(values.seed));
  const ranked = mutants.map((mutant) => ({ mutant, rank: below(2 ** 31) }));
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, Number(values.sample))
    .map(({ mutant }) => mutant);
}

const tree = readTree(root);
for (const { path } of tree) {
  mkdirSync(dirname(join(copy, path)), { recursive: true });
  cpSync(join(root, path), join(copy, path));
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const files = tree.filter(({ path }) => path.startsWith(`${folder}/`) && path.endsWith('.ts'));
const mutants = chosen(files.flatMap(mutantsOf));
const startedMs = performance.now();
if (!passes(tests)) throw new Error(`The tests of ${tests.join(', ')} fail as they are.`);
const timeoutMs = STARTING_MS + SLOWER_MAX * Math.ceil(performance.now() - startedMs);
let unnoticed = 0;
for (const { path, line, before, after, text } of mutants) {
  writeFileSync(join(copy, path), text);
  // Most changes are noticed by the file's own tests, which takes less time.
  const own = path.replace(/^shared\//, 'test/').replace(/\.ts$/, '.test.ts');
  const isNoticed = (existsSync(join(copy, own)) && !passes([own], timeoutMs)) || !passes(tests, timeoutMs);
  if (!isNoticed) {
    unnoticed += 1;
    console.log(`${path}:${line}  ${oneLine(before)}  →  ${oneLine(after)}`);
  }
  cpSync(join(root, path), join(copy, path));
}
console.log(`${mutants.length - unnoticed} of ${mutants.length} changes were noticed by ${tests.join(', ')}.`);

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 100);
}
