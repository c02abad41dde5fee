/** The examples as their pages start them: by the npm script, as programs beside a vault. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const TIMEOUT_MS = 30_000;

const SETTINGS = {
  FUDA_API_URL: 'http://127.0.0.1:9',
  FUDA_PUBLISHABLE_KEY: 'pk_test_a',
  FUDA_SECRET_KEY: 'sk_test_a',
  FUDA_WEBHOOK_SECRET: 'whsec_YQ==',
  PORT: '0',
};

const startOf = (script: string, env: Readonly<Record<string, string>>) =>
  spawn('node', scripts[script]?.split(' ').slice(1) ?? [], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT_MS,
  });

test.each(Object.keys(scripts).filter((name) => name.startsWith('example:')))(
  'npm run %s says where it listens',
  async (name) => {
    const child = startOf(name, SETTINGS);
    try {
      let text = '';
      for await (const chunk of child.stdout) {
        text += String(chunk);
        if (text.includes('\n')) break;
      }
      expect(text).toMatch(/ http:\/\/127\.0\.0\.1:\d+\S*\n$/);
    } finally {
      child.kill();
    }
  },
);

test('an example without its settings names the first that is missing', async () => {
  const child = startOf('example:till', { ...SETTINGS, FUDA_WEBHOOK_SECRET: '' });
  let text = '';
  for await (const chunk of child.stderr) text += String(chunk);
  expect(text).toContain('Set FUDA_WEBHOOK_SECRET.');
});
