/** The generated pages of docs/reference say what the code does; `npm run docs` writes them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type * as z from 'zod/mini';
import { ROUTES } from '../../infra/routes.ts';
import { ERRORS } from '../../shared/base/errors.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { ChargeRequest } from '../../shared/charges/charges.ts';
import { AmountRequest } from '../../shared/charges/operations.ts';
import { ForwardRequest } from '../../shared/forward/request.ts';
import { CardInput } from '../../shared/vault/card-input.ts';
import { StoreRequest, TokenRequest } from '../../shared/vault/vault.ts';
import { synthesizedApp } from '../setup/synthesized.ts';
import { startVault, type TestVault } from '../setup/vault.ts';
import { renderReference } from './reference.ts';
import { FIELDS } from './render-api.ts';

let vault: TestVault;
let pages: Readonly<Record<string, string>>;

beforeAll(async () => {
  vault = await startVault();
  pages = await renderReference(vault, synthesizedApp());
}, 60_000);

afterAll(() => vault?.[Symbol.asyncDispose]());

const written = (name: string) => readFileSync(join(import.meta.dirname, '../../docs/reference', name), 'utf8');

test.each(['api.md', 'errors.md', 'permissions.md', 'test-cards.md'])(
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

describe('The fields of a request body are those its schema takes', () => {
  const SCHEMAS: Readonly<Record<string, z.ZodMiniObject>> = {
    'POST /v1/tokens': TokenRequest,
    'POST /v1/cards': StoreRequest,
    'POST /v1/charges': ChargeRequest,
    'POST /v1/forward': ForwardRequest,
    'POST /v1/charges/{charge_id}/capture': AmountRequest,
    'POST /v1/charges/{charge_id}/refunds': AmountRequest,
  };
  const fieldsOf = ({ shape }: z.ZodMiniObject, under = ''): string[][] =>
    Object.entries(shape).map(([name, field]) => [
      under + name,
      (field as z.ZodMiniType).safeParse(undefined).success ? 'optional' : 'required',
    ]);

  test.each(Object.keys(FIELDS))('%s', (route) => {
    const schema = SCHEMAS[route];
    if (schema === undefined) throw new Error('there is no schema for this route');
    const wanted = [...fieldsOf(schema), ...(schema === TokenRequest ? fieldsOf(CardInput, 'card.') : [])];
    expect(FIELDS[route]?.map(([name, need]) => [name, need])).toEqual(wanted);
  });
});

test('the pages hold no key of the vault that told the story', () => {
  expect(Object.values(pages).join('')).not.toMatch(/[ps]k_(test|live)_[a-z2-7]{26}/);
});
