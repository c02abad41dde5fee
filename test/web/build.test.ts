/** What browsers load stays small and is the same every time it is built. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { buildWeb } from '../../web/build.ts';

const folders = [mkdtempSync(join(tmpdir(), 'fuda-web-')), mkdtempSync(join(tmpdir(), 'fuda-web-'))] as const;
const GZIP_BYTES_MAX = { 'card.html': 40_000, 'fuda.js': 12_000 } as const;

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('two builds give the same bytes, within their budgets', async () => {
  const [first] = await Promise.all(folders.map((folder) => buildWeb(folder)));
  for (const { name, gzipBytes } of first ?? []) {
    expect(gzipBytes).toBeLessThan(GZIP_BYTES_MAX[name]);
    expect(readFileSync(join(folders[0], name))).toEqual(readFileSync(join(folders[1], name)));
  }
});

test('the page loads nothing: no address, no handler in the markup, one script, one style', async () => {
  await buildWeb(folders[0]);
  const html = readFileSync(join(folders[0], 'card.html'), 'utf8');
  const markup = html.replace(/<(script|style)>.*?<\/\1>/gs, '<$1>');
  expect(markup).not.toMatch(/\s(src|on[a-z]+|style)=/);
  expect(markup).not.toMatch(/https?:/);
  expect(html.match(/<script/g)).toHaveLength(1);
});

test('the merchant’s script has no way to read or encrypt a card', async () => {
  await buildWeb(folders[0]);
  const script = readFileSync(join(folders[0], 'fuda.js'), 'utf8');
  expect(script).not.toMatch(/ECDH|encrypt|crypto/);
});
