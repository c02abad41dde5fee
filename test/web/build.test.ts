/** What browsers load stays small, is the same every time it is built, and is all in the inventory of scripts. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { integrityOf } from '../../shared/pages/check.ts';
import { type Inventory, readInventory } from '../../shared/pages/inventory.ts';
import { readHostedPage } from '../../shared/pages/page.ts';
import { HOSTILE_PAGE_TESTS, renderHostilePage } from '../../tools/docs/render-hostile-page.ts';
import { renderPageScripts } from '../../tools/docs/render-page-scripts.ts';
import { type BuiltFile, buildWeb } from '../../web/build.ts';
import { PAGES, SCRIPTS } from '../../web/outputs.ts';

const folders = [mkdtempSync(join(tmpdir(), 'fuda-web-')), mkdtempSync(join(tmpdir(), 'fuda-web-'))] as const;
const GZIP_BYTES_MAX = { page: 40_000, script: 12_000 } as const;
/** A script of a release before this one. */
const EARLIER = { [`fuda.${'0'.repeat(32)}.js`]: 'window.Fuda = 1;' };

let built: readonly BuiltFile[];
let inventory: Inventory;

const read = (name: string, folder = folders[0]) => readFileSync(join(folder, name), 'utf8');

beforeAll(async () => {
  [built] = (await Promise.all(folders.map((folder) => buildWeb(folder, EARLIER)))) as [readonly BuiltFile[], unknown];
  inventory = readInventory(read('integrity.json'));
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

test('two builds give the same bytes, within their budgets', () => {
  for (const { name, gzipBytes } of built) {
    expect(read(name)).toBe(read(name, folders[1]));
    const budget = name.endsWith('.html') ? GZIP_BYTES_MAX.page : GZIP_BYTES_MAX.script;
    if (!name.endsWith('.json')) expect([name, gzipBytes < budget]).toEqual([name, true]);
  }
});

test('nothing that is built names a folder of the machine it was built on', () => {
  for (const { name } of built) expect(read(name)).not.toContain(process.cwd());
});

describe.each(PAGES.map(({ name }) => [name]))('%s', (name) => {
  test('loads nothing: no address, no handler in the markup, one script, one style', () => {
    const html = read(name);
    const markup = html.replace(/<(script|style)>.*?<\/\1>/gs, '<$1>');
    expect(markup).not.toMatch(/\s(src|on[a-z]+|style)=/);
    expect(markup).not.toMatch(/https?:/);
    expect(html.match(/<script/g)).toHaveLength(1);
  });

  test('is in the inventory with the hashes that its policy names', () => {
    const page = inventory.pages.find((row) => row.name === name);
    const { hashes } = readHostedPage(read(name));
    expect(page?.integrity).toBe(integrityOf(read(name)));
    expect({ script: page?.script.integrity, style: page?.style.integrity }).toEqual(hashes);
  });
});

test('the merchant’s script has no way to read or encrypt a card', () => {
  expect(read('fuda.js')).not.toMatch(/ECDH|encrypt|subtle/);
});

test('the pages name the packages in them and where their licenses are, and the merchant’s script holds none', () => {
  const served = JSON.parse(read('served.json')) as Record<string, { contentType: string; text: string }>;
  const { contentType, text } = served['licenses.txt'] ?? { contentType: '', text: '' };
  expect(contentType).toBe('text/plain; charset=utf-8');
  for (const { name } of PAGES) {
    const packages = /<script>\/\*! With ([^(]+) \(\/js\/licenses\.txt\) \*\//.exec(read(name))?.[1]?.split(', ') ?? [];
    expect([name, packages.length > 0]).toEqual([name, true]);
    for (const title of packages) expect(text).toContain(title);
  }
  expect(text).toContain('Permission is hereby granted');
  for (const { name } of SCRIPTS) expect(read(name)).not.toContain('/*!');
});

describe('what is served under /js/', () => {
  const served = () => JSON.parse(read('served.json')) as Record<string, { text: string; immutable?: true }>;

  test('has each script under its own name and, for ever, under the name of its hash', () => {
    for (const { name, pinned, integrity } of inventory.scripts) {
      expect(integrityOf(served()[name]?.text ?? '')).toBe(integrity);
      expect(served()[pinned.slice('/js/'.length)]).toEqual({ ...served()[name], immutable: true });
      expect(served()[name]?.immutable).toBeUndefined();
    }
    expect(inventory.scripts).toHaveLength(SCRIPTS.length);
  });

  test('has the scripts of earlier releases still, so that pages which pinned them go on working', () => {
    const [name = '', text] = Object.entries(EARLIER)[0] ?? [];
    expect(served()[name]).toMatchObject({ text, immutable: true });
  });
});

const repository = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8');

test('docs/payment-page-scripts.md is what `npm run docs` writes', () => {
  expect(repository('docs/payment-page-scripts.md')).toBe(renderPageScripts(inventory));
});

test('docs/reference/hostile-page.md is what `npm run docs` writes', () => {
  const attempts = HOSTILE_PAGE_TESTS.map(repository);
  expect(repository('docs/reference/hostile-page.md')).toBe(renderHostilePage(attempts));
});
