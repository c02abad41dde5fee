/**
 * `npm run floor`: runs the tests of the field in the oldest Chromium that the build names, from a package that serves
 * Lambda functions. It is fetched once, by its hash, into .cache/; as a dependency it would double an installation.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { FLOOR } from '../../web/floor.ts';

const root = join(import.meta.dirname, '../..');
const VERSION = '109.0.6';
const INTEGRITY = 'sha512-9hTE03DXnrWTiGNpfjLfmGhIfmiVAerSPinDb+x5bBdM4KF4PMM1NZ0A+V7WKazoA+CasSX/osHK8K0MuO6uqg==';
const FETCH_TIMEOUT_MS = 120_000;
const TESTS_TIMEOUT_MS = 10 * 60_000;

/** What the field and the payment page do; the other tests of test/web/ use calls of newer browsers. */
const TESTS = ['arriving-text', 'card-field', 'card-frame', 'frame-faults', 'split-fields', 'payment-page'];

function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; timeout: number; env?: NodeJS.ProcessEnv },
) {
  const { status, error } = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    cwd: root,
    ...options,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
}

/** The path of a program that starts the browser with the libraries of its package. */
function install(): string {
  const folder = join(root, `.cache/chromium-${VERSION}`);
  const starter = join(folder, 'start');
  if (existsSync(starter)) return starter;
  mkdirSync(join(root, '.cache'), { recursive: true });
  const aside = mkdtempSync(`${folder}.`);
  try {
    run('npm', ['pack', '--silent', `@sparticuz/chromium@${VERSION}`], { cwd: aside, timeout: FETCH_TIMEOUT_MS });
    const archive = join(aside, `sparticuz-chromium-${VERSION}.tgz`);
    const hash = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
    if (hash !== INTEGRITY) throw new Error(`@sparticuz/chromium ${VERSION} has another hash: ${hash}`);
    run('tar', ['-xzf', archive], { cwd: aside, timeout: FETCH_TIMEOUT_MS });
    const unpacked = (name: string) => brotliDecompressSync(readFileSync(join(aside, 'package/bin', name)));
    writeFileSync(join(aside, 'chromium'), unpacked('chromium.br'));
    writeFileSync(join(aside, 'aws.tar'), unpacked('aws.tar.br'));
    run('tar', ['-xf', 'aws.tar'], { cwd: aside, timeout: FETCH_TIMEOUT_MS });
    chmodSync(join(aside, 'chromium'), 0o755);
    const at = '$(dirname "$0")';
    writeFileSync(join(aside, 'start'), `#!/bin/sh\nLD_LIBRARY_PATH="${at}/lib" exec "${at}/chromium" "$@"\n`, {
      mode: 0o755,
    });
    for (const name of ['package', 'aws.tar']) rmSync(join(aside, name), { recursive: true });
    rmSync(archive);
    renameSync(aside, folder);
    return starter;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (!VERSION.startsWith(`${FLOOR.chrome}.`)) throw new Error(`the floor is Chrome ${FLOOR.chrome}, not ${VERSION}`);
const env = { ...process.env, CHROMIUM_PATH: install() };
run('npm', ['test', '--', ...TESTS.map((name) => `test/web/${name}`)], { timeout: TESTS_TIMEOUT_MS, env });
