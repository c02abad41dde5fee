/**
 * The pages of docs/reference that are made of tables and templates say what the code does. `npm run docs -- --check`
 * compares those that need a running vault: api.md, errors.md and openapi.json; here nothing may be missing from them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROUTES } from '../../../infra/routes.ts';
import { ERRORS } from '../../../shared/base/errors.ts';
import { TEST_CARDS } from '../../../shared/card/test-cards.ts';
import { TOKEN_TTL_MINUTES } from '../../../shared/merchants/merchant-store.ts';
import { LIFE_MINUTES } from '../../../shared/payments/checkout/session.ts';
import { renderPermissions } from '../../../tools/docs/render-permissions.ts';
import { renderRules } from '../../../tools/docs/render-rules.ts';
import { renderTestCards } from '../../../tools/docs/render-test-cards.ts';
import { templatesOf } from '../../setup/assembly.ts';
import { synthesizedApp } from '../../setup/synthesized.ts';

/** As far as the examples of responses. */
interface Described {
  readonly paths: Record<
    string,
    Record<string, { responses: Record<string, { content: { 'application/json': { examples: Examples } } }> }>
  >;
}
type Examples = Record<string, { value: { created_at?: string; expires_at?: string } }>;

const written = (name: string) => readFileSync(join(import.meta.dirname, '../../../docs/reference', name), 'utf8');

test.each([
  ['permissions.md', () => renderPermissions(templatesOf(synthesizedApp()))],
  ['rules.md', renderRules],
  ['test-cards.md', renderTestCards],
])('docs/reference/%s is what `npm run docs` writes', (name, render) => {
  expect(written(name)).toBe(render());
});

test('no route, no code and no test card is left out', () => {
  const { paths } = JSON.parse(written('openapi.json')) as { paths: Record<string, Record<string, unknown>> };
  for (const { method, path } of ROUTES) {
    expect(written('api.md')).toContain(`## ${method} ${path}\n`);
    expect(Object.keys(paths[path] ?? {})).toContain(method.toLowerCase());
  }
  for (const code of Object.keys(ERRORS)) expect(written('errors.md')).toContain(`| \`${code}\` |`);
  const digits = written('test-cards.md').replaceAll(/\D/g, '');
  for (const number of Object.keys(TEST_CARDS)) expect(digits).toContain(number);
});

test.each([
  ['POST /v1/checkout_sessions', 'for-half-an-hour', LIFE_MINUTES.default],
  ['POST /v1/checkout_sessions', 'for-a-day', LIFE_MINUTES.max],
  ['POST /v1/tokens', 'a-card-encrypted-in-the-browser', TOKEN_TTL_MINUTES.default],
])('the example of %s %s expires as long after its making as the code says', (route, example, minutes) => {
  const [method = '', path = ''] = route.split(' ');
  const { paths } = JSON.parse(written('openapi.json')) as Described;
  const response = paths[path]?.[method.toLowerCase()]?.responses['201']?.content['application/json'].examples[example];
  const { created_at: made = '', expires_at: ends = '' } = response?.value ?? {};
  expect((Date.parse(ends) - Date.parse(made)) / 60_000).toBe(minutes);
});

test.each(['api.md', 'errors.md', 'openapi.json'])(
  'docs/reference/%s holds no key of the vault that told the story',
  (name) => {
    expect(written(name)).not.toMatch(/[ps]k_(test|live)_[a-z2-7]{26}/);
  },
);
