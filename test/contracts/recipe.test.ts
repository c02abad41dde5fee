/**
 * docs/recipes/add-a-processor.md, followed: its code blocks are written to the files they name, beside the rest of the
 * source, type-checked, and the processor that they make is held to the contract.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { PROGRAM_TIMEOUT_MS } from '../setup/limits.ts';
import type { Bench } from './benches.ts';
import { contractOf } from './contract.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, '.cache');
mkdirSync(CACHE, { recursive: true });
/** Inside the repository, where packages are found. */
const FOLDER = mkdtempSync(join(CACHE, 'recipe-'));
const PAGE = readFileSync(join(ROOT, 'docs/recipes/add-a-processor.md'), 'utf8');

/** Each block of code that begins with the path of its file. */
const BLOCKS = [...PAGE.matchAll(/^```ts\n\/\/ (\S+\.ts)\n(.*?)^```$/gms)].map(([, path = '', code = '']) => ({
  path,
  code,
}));

const foldersAbove = (path: string): string[] => (path === '.' ? [] : [...foldersAbove(dirname(path)), dirname(path)]);

/** A copy of the source in which all but the folders of the new files are links to the real ones. */
function followRecipe(): void {
  const own = new Set(BLOCKS.flatMap(({ path }) => foldersAbove(path)));
  for (const folder of own) mkdirSync(join(FOLDER, folder), { recursive: true });
  for (const folder of own) {
    for (const entry of entriesOf(folder).filter((name) => !own.has(join(folder, name)))) {
      symlinkSync(join(ROOT, folder, entry), join(FOLDER, folder, entry));
    }
  }
  for (const { path, code } of BLOCKS) writeFileSync(join(FOLDER, path), code);
  const config = { extends: '../../tsconfig.json', include: BLOCKS.map(({ path }) => path), exclude: [] };
  writeFileSync(join(FOLDER, 'tsconfig.json'), JSON.stringify(config));
}

function entriesOf(folder: string): string[] {
  try {
    const entries = readdirSync(join(ROOT, folder));
    // Of the top level the source only: packages are found without.
    return folder === '.' ? entries.filter((name) => /^[a-z]+$/.test(name)) : entries;
  } catch {
    return []; // The new processor's own folder.
  }
}

followRecipe();
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

test('the recipe’s code is of the files it asks for, and passes the type checker', () => {
  const parts = BLOCKS.map(({ path }) => path);
  for (const name of ['requests', 'responses', 'declines', 'adapter']) {
    expect(parts).toContainEqual(expect.stringMatching(new RegExp(`^shared/payments/processors/[a-z]+/${name}\\.ts$`)));
  }
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const checked = spawnSync(process.execPath, [tsc, '-p', FOLDER], { encoding: 'utf8', timeout: PROGRAM_TIMEOUT_MS });
  expect(checked.stdout).toBe('');
  expect(checked.status).toBe(0);
});

contractOf({
  name: 'the recipe’s processor',
  open: async () => {
    const made = (await import(join(FOLDER, 'test/contracts/tinypay-bench.ts'))) as { tinypayBench(): Promise<Bench> };
    return made.tinypayBench();
  },
});
