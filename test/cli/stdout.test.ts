/** What the command line's streams do: a slow reader gets every byte, and a person at a terminal is asked. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { confirm } from '../../cli/core/confirm.ts';

const root = join(import.meta.dirname, '../..');
const LENGTH = 1_000_000;

test('a pipe that does not block is waited for, so that a slow reader gets everything', async () => {
  const urlOf = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href);
  const script = `
    const { standardOutput } = await import(${urlOf('cli/core/stdout.ts')});
    const { systemClock } = await import(${urlOf('shared/base/clock.ts')});
    process.stdout; // Node makes the pipe one that does not block once this is touched.
    await standardOutput(systemClock).write('x'.repeat(${LENGTH}));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let length = 0;
  for await (const chunk of child.stdout) {
    length += chunk.length;
    await sleep(1);
  }
  expect(length).toBe(LENGTH);
});

describe('a question', () => {
  const terminal = () => Object.assign(new PassThrough(), { isTTY: true });

  test.each([
    ['y\n', true],
    ['YES\n', true],
    ['n\n', false],
    ['\n', false],
    ['yesterday\n', false],
    ['', false],
  ])('answered with %j on a terminal is %s', async (typed, answer) => {
    const [input, output] = [terminal(), terminal()];
    input.end(typed);
    expect(await confirm('Go on?', input, output)).toBe(answer);
    expect(String(output.read())).toContain('Go on? [y/N] ');
  });

  test.each([
    ['is read from a file', new PassThrough(), terminal()],
    ['would be written to a file', terminal(), new PassThrough()],
  ])('that %s is not asked', async (_where, input, output) => {
    input.end('y\n');
    expect(await confirm('Go on?', input, output)).toBe(undefined);
    expect(output.read()).toBe(null);
  });
});
