/** `npm start` before the vault runs: its options, the ports it needs, and Ctrl-C while it starts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen } from '../../local/base/http.ts';
import { portRefusal, readSettings, refuseTakenPorts } from '../../tools/settings.ts';

const root = join(import.meta.dirname, '../..');
const TIMEOUT_MS = 30_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fuda-start-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the settings', () => {
  test.each([
    [[], undefined, { port: 8080, dir: resolve('/clone/.fuda'), roughSeed: undefined }],
    [[], '', { port: 8080, dir: resolve('/clone/.fuda') }],
    [['--dir', 'state'], '0', { port: 0, dir: resolve('state') }],
    [['--dir=/state'], '65534', { port: 65_534, dir: resolve('/state') }],
    [['--rough'], '0', { port: 0, dir: resolve('/clone/.fuda'), roughSeed: 7 }],
    [['--rough', '--seed', '12'], '0', { port: 0, dir: resolve('/clone/.fuda'), roughSeed: 12 }],
  ])('%j with PORT=%s are understood', (args, port, settings) => {
    expect(readSettings(args, port, '/clone', () => 7)).toEqual(settings);
  });

  test.each(['65535', '-1', '80a', '0x50', '1e3', '80.0', ' 80', '８０'])(
    'PORT=%s is refused, saying what is allowed',
    (port) => {
      expect(() => readSettings([], port, '/clone', () => 7)).toThrow('PORT must be a whole number from 0 to 65534');
    },
  );

  test.each([
    [['--dri', 'state']],
    [['state']],
    [['--dir']],
    [['--dir', '']],
    [['--help']],
    [['--seed', '7']],
    [['--rough', '--seed', '-1']],
  ])('%j is refused, saying what is allowed', (args) => {
    expect(() => readSettings(args, undefined, '/clone', () => 7)).toThrow('npm start takes --dir and --rough');
  });
});

describe('a port that is taken', () => {
  test('for the API or for the shop is refused by its number, and a free one is not', async () => {
    const other = createServer();
    const port = await listen(other, 0);
    try {
      const refusal = await refuseTakenPorts(port).catch(portRefusal);
      expect(refusal).toBe(
        `port ${port} is taken. Choose another with PORT=9000 npm start; the shop takes the one after it`,
      );
      expect(await refuseTakenPorts(port - 1).catch(portRefusal)).toMatch(/^port \d+ is taken/);
      await expect(refuseTakenPorts(0)).resolves.toBe(undefined);
    } finally {
      other.close();
    }
    expect(portRefusal(new Error('anything else'))).toBe(undefined);
  });

  test('ends npm start with exit code 1 before anything is made', async () => {
    const other = createServer();
    const port = await listen(other, 0);
    try {
      const dir = join(folder, 'state');
      const { exitCode, stdout, stderr } = await start(dir, port).ended;
      expect([exitCode, stdout, stderr]).toEqual([1, '', expect.stringContaining(`fuda: port ${port} is taken.`)]);
      expect(existsSync(dir)).toBe(false);
    } finally {
      other.close();
    }
  });
});

test('Ctrl-C while the stack is synthesized ends with 130, says what it did, and leaves no lock and no assembly', async () => {
  const { child, ended } = start(folder, 0);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const { exitCode, stdout, stderr } = await ended;
  expect([exitCode, stderr]).toEqual([130, '']);
  expect(stdout).toContain('Stopped before the vault had started. Nothing is left running; all state is kept.');
  expect(existsSync(join(folder, 'lock'))).toBe(false);
  expect(existsSync(join(folder, 'assembly/manifest.json'))).toBe(false);
});

function start(dir: string, port: number) {
  const child = spawn(process.execPath, [join(root, 'tools/start.ts'), '--dir', dir], {
    env: { ...process.env, PORT: String(port), NODE_OPTIONS: '' },
    timeout: TIMEOUT_MS,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk) => {
      texts[name] += String(chunk);
    });
  }
  return { child, ended: once(child, 'close').then(([exitCode]) => ({ exitCode, ...texts })) };
}
