/** CI ends by itself: the minutes that its steps may take leave room in the time it has, and each of its commands exists. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const MINUTES_MAX = 75;
const root = join(import.meta.dirname, '..');
const script = readFileSync(join(root, '.ci/run'), 'utf8');

interface Step {
  readonly name: string;
  readonly minutes: number;
  readonly command: string;
}

const STEPS: readonly Step[] = [...script.matchAll(/^ *step '([^']+)' +(\d+) {2}(\S.*)$/gm)].map(
  ([, name = '', minutes = '', command = '']) => ({ name, minutes: Number(minutes), command }),
);

test('CI can start it, and bash reads it', () => {
  expect(script.split('\n')[0]).toBe('#!/usr/bin/env bash');
  expect(statSync(join(root, '.ci/run')).mode & 0o111).toBe(0o111);
  expect(spawnSync('bash', ['-n', join(root, '.ci/run')]).status).toBe(0);
});

test('every step has its minutes, which are 75 of the 90 at most', () => {
  expect(STEPS).toHaveLength([...script.matchAll(/^ *step '/gm)].length);
  expect(STEPS.length).toBeGreaterThan(5);
  expect(STEPS.reduce((sum, { minutes }) => sum + minutes, 0)).toBeLessThanOrEqual(MINUTES_MAX);
});

test('the README’s own command comes first, on the clone as it is, and in a random order', () => {
  expect(STEPS[0]?.command).toBe('env FUDA_TEST_ORDER=random npm test');
});

test('each step runs a script of package.json', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  for (const { command } of STEPS) {
    const name = /npm (?:run --silent )?([\w:]+)/.exec(command)?.[1] ?? '';
    expect(Object.keys(scripts)).toContain(name);
  }
});
