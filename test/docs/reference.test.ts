/** The generated pages of docs/reference say what the code does; `npm run docs` writes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ROUTES } from '../../infra/routes.ts';
import { ERRORS } from '../../shared/base/errors.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { synthesizedApp } from '../setup/synthesized.ts';
import { startVault, type TestVault } from '../setup/vault.ts';
import { renderReference } from './reference.ts';

let vault: TestVault;
let pages: Readonly<Record<string, string>>;

beforeAll(async () => {
  vault = await startVault();
  pages = await renderReference(vault, synthesizedApp());
}, 180_000);

afterAll(() => vault?.[Symbol.asyncDispose]());

const written = (name: string) => readFileSync(join(import.meta.dirname, '../../docs/reference', name), 'utf8');

test.each(['openapi.json', 'api.md', 'errors.md', 'permissions.md', 'rules.md', 'test-cards.md'])(
  'docs/reference/%s is what `npm run docs` writes',
  (name) => {
    expect(written(name)).toBe(pages[name]);
  },
);

test('the pages are the same however often the story is told', async () => {
  expect(await renderReference(vault, synthesizedApp())).toEqual(pages);
});

test('no route, no code and no test card is left out', () => {
  for (const { method, path } of ROUTES) expect(pages['api.md']).toContain(`## ${method} ${path}\n`);
  for (const code of Object.keys(ERRORS)) expect(pages['errors.md']).toContain(`| \`${code}\` |`);
  const digits = pages['test-cards.md']?.replaceAll(/\D/g, '');
  for (const number of Object.keys(TEST_CARDS)) expect(digits).toContain(number);
});

test('the vault serves the description as it is written, and says when a caller has it already', async () => {
  const path = '/v1/openapi.json';
  const served = await vault.send({ method: 'GET', path });
  expect(served.text).toBe(written('openapi.json'));
  const headers = { 'if-none-match': served.headers.get('etag') ?? '' };
  expect(await vault.send({ method: 'GET', path, headers })).toMatchObject({ status: 304, text: '' });
});

test('the pages hold no key of the vault that told the story', () => {
  expect(Object.values(pages).join('')).not.toMatch(/[ps]k_(test|live)_[a-z2-7]{26}/);
});
