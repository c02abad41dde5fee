/**
 * Which process installs packages, and when: never a command that reads, never under a process that runs from them,
 * never two at once. Each test makes a project with one package, a folder beside it, so that the real npm installs it
 * without a network.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 30_000;
const ASKED = 'Packages are missing or older than package-lock.json. Run npm ci (with no vault running).';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuda-packages-'));
  for (const name of ['with-node.mjs', 'packages.mjs']) cpSync(join(root, 'tools', name), at('tools', name));
  cpSync(join(root, 'cli/fuda.mjs'), at('cli/fuda.mjs'));
  write('cli/main.ts', '');
  write('script.mjs', "console.log('ran'); if (process.argv.includes('wait')) process.stdin.resume();");
  // The package `node`, the runtime of every script, is the Node of this test.
  mkdirSync(at('node/bin'), { recursive: true });
  symlinkSync(process.execPath, at('node/bin/node'));
  lock('1.0.0');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (...parts: string[]): string => join(folder, ...parts);
const write = (path: string, content: string | object): void => {
  mkdirSync(join(at(path), '..'), { recursive: true });
  writeFileSync(at(path), typeof content === 'string' ? content : JSON.stringify(content));
};

/** The lockfile that wants this version of the one package. */
function lock(version: string): void {
  const project = { name: 'project', version: '1.0.0', devDependencies: { node: 'file:node' } };
  write('node/package.json', { name: 'node', version });
  write('package.json', project);
  write('package-lock.json', {
    ...{ name: 'project', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': project,
      node: { name: 'node', version, dev: true },
      'node_modules/node': { resolved: 'node', link: true },
    },
  });
}

interface Run {
  readonly child: ChildProcess;
  readonly printed: () => string;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stdout: string; readonly stderr: string }>;
}

function start(...args: string[]): Run {
  const child = spawn(process.execPath, args, { cwd: folder, timeout: TIMEOUT_MS, stdio: ['pipe', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      texts[name] += String(chunk);
    });
  }
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, ...texts }));
  return { child, printed: () => texts.stdout + texts.stderr, ended };
}

const script = (...args: string[]): Run => start('tools/with-node.mjs', ...args);

async function printed(run: Run, text: string): Promise<void> {
  for (let waitedMs = 0; !run.printed().includes(text); waitedMs += 20) {
    if (waitedMs > TIMEOUT_MS) throw new Error(`it never said: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const isInstalled = (): boolean => existsSync(at('node_modules/node'));

test.each([
  ['the command line', ['cli/fuda.mjs', 'merchant', 'show']],
  ['a script', ['tools/with-node.mjs', 'script.mjs']],
])('%s asks for packages that are missing, and installs nothing', async (_what, args) => {
  const { exitCode, stdout, stderr } = await start(...args).ended;
  expect([exitCode, stdout, stderr]).toEqual([1, '', `fuda: ${ASKED}\n`]);
  expect(existsSync(at('node_modules'))).toBe(false);
});

test('the version is printed without any packages', async () => {
  expect(await start('cli/fuda.mjs', '--version').ended).toEqual({ exitCode: 0, stdout: '1.0.0\n', stderr: '' });
});

test('of two that may install and start at once, one installs and both run', async () => {
  const both = await Promise.all([1, 2].map(() => script('--install', 'script.mjs').ended));
  expect(both.map(({ exitCode, stdout }) => [exitCode, stdout])).toEqual([
    [0, 'ran\n'],
    [0, 'ran\n'],
  ]);
  expect(both.filter(({ stderr }) => stderr.includes('npm ci'))).toHaveLength(1);
  expect(await script('script.mjs').ended).toEqual({ exitCode: 0, stdout: 'ran\n', stderr: '' });
});

test('nothing is installed while a process runs from the packages, and everything once it has ended', async () => {
  expect((await script('--install', 'script.mjs').ended).exitCode).toBe(0);
  const vault = script('script.mjs', 'wait');
  await printed(vault, 'ran');
  lock('2.0.0');
  const { exitCode, stderr } = await script('--install', 'script.mjs').ended;
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining(`process ${vault.child.pid} runs from them`)]);
  expect(isInstalled()).toBe(true);
  vault.child.stdin?.end();
  await vault.ended;
  expect((await script('--install', 'script.mjs').ended).stderr).toContain('npm ci');
});

test('a killed process blocks no other, and leaves nothing behind', async () => {
  expect((await script('--install', 'script.mjs').ended).exitCode).toBe(0);
  const killed = script('script.mjs', 'wait');
  await printed(killed, 'ran');
  killed.child.kill('SIGKILL');
  await killed.ended;
  lock('2.0.0');
  expect((await script('--install', 'script.mjs').ended).exitCode).toBe(0);
  expect(readdirSync(at('.cache/running'))).toEqual([]);
  expect(readdirSync(at('.cache/installing'))).toEqual([]);
});

test('an installation that is interrupted says so, with the signal’s exit code, and the next one is whole', async () => {
  write('node/package.json', { name: 'node', version: '1.0.0', scripts: { install: 'sleep 5' } });
  write('package-lock.json', {
    ...{ name: 'project', version: '1.0.0', lockfileVersion: 3, requires: true },
    packages: {
      '': { name: 'project', version: '1.0.0', devDependencies: { node: 'file:node' } },
      node: { name: 'node', version: '1.0.0', dev: true, hasInstallScript: true },
      'node_modules/node': { resolved: 'node', link: true },
    },
  });
  const stopped = script('--install', 'script.mjs');
  await printed(stopped, 'npm ci');
  stopped.child.kill('SIGINT');
  const { exitCode, stderr } = await stopped.ended;
  expect([exitCode, stderr]).toEqual([130, expect.stringContaining('Stopped while installing packages.')]);
  lock('1.0.0');
  expect((await script('--install', 'script.mjs').ended).stdout).toBe('ran\n');
});
