/**
 * The command line as an npm package: what `npm pack` makes is unpacked in an empty folder and run there, without a clone,
 * without packages and without a network.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadSigningKey } from '../../audit/bundle/signing-key.ts';
import { BundleWriter } from '../../audit/bundle/writer.ts';
import { COMMAND } from '../../shared/base/command.ts';
import { type Ended, NODES, runProgram } from './fuda.ts';

const root = join(import.meta.dirname, '../..');
const PACK_TIMEOUT_MS = 60_000;
/** The machine's own Node, which may be older than the one of the packages. */
const node = NODES.at(-1) ?? process.execPath;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuda-package-'));
  const options = { cwd: root, timeout: PACK_TIMEOUT_MS, stdio: 'pipe' } as const;
  execFileSync('npm', ['pack', '--offline', '--pack-destination', folder], options);
  const [tarball = ''] = readdirSync(folder);
  execFileSync('tar', ['-xzf', tarball], { ...options, cwd: folder });
}, PACK_TIMEOUT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const installed = (...args: string[]): Promise<Ended> =>
  runProgram({ node, program: join(folder, 'package/cli/fuda.mjs'), folder, args });

test('holds one program, the licenses of what is in it, and no TypeScript', () => {
  const files = readdirSync(join(folder, 'package'), { recursive: true, withFileTypes: true });
  expect(files.flatMap((file) => (file.isFile() ? [file.name] : [])).sort()).toEqual([
    'LICENSE',
    'LICENSES.txt',
    'README.md',
    'fuda.mjs',
    'main.mjs',
    'package.json',
  ]);
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const licenses = readFileSync(join(folder, 'package/.build/cli/LICENSES.txt'), 'utf8');
  expect(licenses).toContain(`@aws-sdk/client-dynamodb ${dependencies['@aws-sdk/client-dynamodb']}: Apache-2.0`);
  expect(licenses).toContain(`zod ${dependencies.zod}: MIT`);
});

test('cannot be published by accident', () => {
  expect(JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8')).private).toBe(true);
});

test.each([
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['--help'], 0, /^Usage: fuda <command> \[options\]$/m],
  [['merchant', '--help'], 0, /^ {2}merchant create /m],
  [['merchant', 'create', '--help'], 0, /^ {2}fuda merchant create --name /m],
])('answers %j', async (args, wanted, said) => {
  const { exitCode, stdout, stderr } = await installed(...args);
  expect([exitCode, stdout, stderr]).toEqual([wanted, expect.stringMatching(said), '']);
  // The installed command is called by its name.
  expect(stdout).not.toContain(COMMAND);
});

test.each([
  [['merchant', 'creat'], 'Did you mean fuda merchant create?'],
  [['merchant', 'show', 'mer_a'], 'There is no .fuda/local.json in this folder.'],
  [['evidence', '--locale', 'fr'], '--locale must be en or ja.'],
])('refuses %j with 2', async (args, said) => {
  const { exitCode, stdout, stderr } = await installed(...args);
  expect([exitCode, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
});

test('verifies a bundle of evidence offline', async () => {
  const key = loadSigningKey(join(folder, 'key.pem'));
  const writer = new BundleWriter(join(folder, 'report'), new Set(['report.json']));
  writer.write('report.json', '{}');
  writer.seal(key, { createdAtMs: 0, period: { fromMs: 0, toMs: 1 }, verdict: 'pass', findings: 0 });
  const verify = ['evidence', 'verify', 'report', '--signer', key.fingerprint];
  expect(await installed(...verify)).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('VERIFIED: 1 files'),
  });
  mkdirSync(join(folder, 'report/more'));
  expect(await installed(...verify)).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('NOT VERIFIED') });
});

test('says of a PDF, which takes a browser, how to do without', async () => {
  const { exitCode, stderr } = await installed('evidence', '--pdf', '--out', 'printed', '--signing-key', 'key.pem');
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('Leave out --pdf')]);
});
