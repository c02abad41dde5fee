/** What browsers load uses nothing that the oldest browsers of the build lack, by MDN's dated data. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isNewer, lacking, readFeatures } from '../../../tools/floor/features.ts';
import { newerInScript } from '../../../tools/floor/script.ts';
import { newerInStyle } from '../../../tools/floor/style.ts';
import { buildWeb } from '../../../web/build.ts';
import { FLOOR } from '../../../web/floor.ts';
import { PAGES, SCRIPTS } from '../../../web/outputs.ts';

const folder = mkdtempSync(join(tmpdir(), 'fuda-floor-'));
const features = readFeatures();

beforeAll(async () => void (await buildWeb(folder, {})));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const partOf = (name: string, element: 'script' | 'style') =>
  read(name).split(`<${element}>`)[1]?.split(`</${element}>`)[0] ?? '';

/** What is used although it is newer, or has the name of something newer. */
const MAY_BE_MISSING: Readonly<Record<string, string>> = {
  'Error.captureStackTrace': 'jose calls it where it is there',
  'Uint8Array.fromBase64': 'jose asks for it first',
  toBase64: 'jose asks for it first',
  getPublicKey: 'jose asks for it first, and not for a public key',
  use: 'a member of a JWK',
  zip: 'a member of the header of a JWE',
  session: 'an attribute of our own markup',
  featurePolicy: 'fuda.js asks for it first',
  features: 'of featurePolicy',
  'cursor: pointer': 'phones have no cursor',
  'cursor: progress': 'phones have no cursor',
  'font-family: ui-monospace': 'other fonts follow it',
  'font-family: ui-rounded': 'other fonts follow it',
  'forced-color-adjust': 'Safari has no forced colours',
  'forced-color-adjust: none': 'Safari has no forced colours',
  'text-size-adjust': 'Safari knows it by its prefix, which stands before it; Firefox adjusts no text',
  'text-wrap': 'lines of equal length look better',
  'text-wrap: balance': 'lines of equal length look better',
};
const nameOf = (use: string) => use.slice(0, use.lastIndexOf(': '));
const seen = new Set<string>();

/** Notes what was found, and gives what no row of the table explains. */
function unexplained(found: readonly string[]): readonly string[] {
  for (const use of found) seen.add(nameOf(use));
  return found.filter((use) => !Object.hasOwn(MAY_BE_MISSING, nameOf(use)));
}

test.each(SCRIPTS.map(({ name }) => [name]))(
  '%s uses no built-in that is newer, but what it asks for first',
  (name) => {
    expect(unexplained(newerInScript(features, read(name)))).toEqual([]);
  },
);

describe.each(PAGES.map(({ name }) => [name]))('%s', (name) => {
  test('uses no built-in that is newer', () => {
    expect(unexplained(newerInScript(features, partOf(name, 'script')))).toEqual([]);
  });
  test('uses no CSS that is newer, but what only looks a little better with it', () => {
    expect(unexplained(newerInStyle(features, partOf(name, 'style')))).toEqual([]);
  });
});

test('what may be missing is used still', () => {
  expect(Object.keys(MAY_BE_MISSING).filter((name) => !seen.has(name))).toEqual([]);
});

describe('a use is found', () => {
  test.each([
    ['[2, 1].toSorted()', ['toSorted: chrome, chrome_android']],
    ['list.toReversed()', ['toReversed: chrome, chrome_android']],
    ['const { toSpliced } = list', ['toSpliced: chrome, chrome_android']],
    ['list["toSorted"]()', ['toSorted: chrome, chrome_android']],
    [
      'Promise.withResolvers()',
      ['Promise.withResolvers: chrome, chrome_android, firefox, firefox_android, safari, safari_ios'],
    ],
    [
      'Object.groupBy(list, of)',
      ['Object.groupBy: chrome, chrome_android, firefox, firefox_android, safari, safari_ios'],
    ],
    [
      'AbortSignal.any([one])',
      ['AbortSignal.any: chrome, chrome_android, firefox, firefox_android, safari, safari_ios'],
    ],
    ['new Float16Array(1)', ['Float16Array: chrome, chrome_android, firefox, firefox_android, safari, safari_ios']],
    ['new Set(one).union(other)', ['union: chrome, chrome_android, firefox, firefox_android, safari, safari_ios']],
    ['text.isWellFormed()', ['isWellFormed: chrome, chrome_android, firefox, firefox_android']],
  ])('in the script %s', (script, found) => {
    expect(newerInScript(features, script)).toEqual(found);
  });

  test.each([
    ['[1].at(-1)'],
    ['structuredClone(one)'],
    ['AbortSignal.timeout(1)'],
    ['new Intl.Locale("ja").maximize()'],
    ['const mine = { toSorted() {} }; mine.toSorted()'],
    ['"toSorted"'],
  ])('and none in %s', (script) => {
    expect(newerInScript(features, script)).toEqual([]);
  });

  test.each([
    ['input:autofill{color:red}', [':autofill: chrome, chrome_android']],
    ['a:not(b,:autofill){color:red}', [':autofill: chrome, chrome_android']],
    [
      '@starting-style{a{opacity:0}}',
      ['@starting-style: chrome, chrome_android, firefox, firefox_android, safari, safari_ios'],
    ],
    [
      'a{field-sizing:content}',
      [expect.stringMatching(/^field-sizing: chrome/), expect.stringMatching(/^field-sizing: content: chrome/)],
    ],
    ['a{color:color-mix(in srgb,red,blue)}', ['color-mix(): chrome, chrome_android']],
    ['a{width:1rlh}', ['rlh: chrome, chrome_android, firefox, firefox_android']],
    ['@container (width<9rem){a{color:light-dark(red,blue)}}', [expect.stringMatching(/^light-dark\(\): chrome/)]],
  ])('in the style %s', (style, found) => {
    expect(newerInStyle(features, style)).toEqual(found);
  });

  test.each([
    ['a:focus-visible{color:red}'],
    ['a{inset:0;width:min(1rem,2px)}'],
    ['@media (width>=35em){a{color:red}}'],
    ['a::before{content:":autofill"}'],
  ])('and none in %s', (style) => {
    expect(newerInStyle(features, style)).toEqual([]);
  });
});

test.each([
  ['110', '109', true],
  ['109', '109', false],
  ['16.4', '16', true],
  ['16', '16.4', false],
  ['≤37', '109', false],
  ['9', '10', false],
])('version %s is newer than %s: %s', (one, other, is) => {
  expect(isNewer(one, other)).toBe(is);
});

test('a feature behind a flag, under another name or taken out again is lacking', () => {
  const chrome = (statement: object) => ({ __compat: { support: { chrome: statement } } });
  const lacks = (statement: object) => lacking(chrome(statement) as never).includes('chrome');
  expect(lacks({ version_added: '100' })).toBe(false);
  expect(lacks({ version_added: '100', flags: [{}] })).toBe(true);
  expect(lacks({ version_added: '100', alternative_name: 'other' })).toBe(true);
  expect(lacks({ version_added: '50', version_removed: '60' })).toBe(true);
  expect(lacks({ version_added: false })).toBe(true);
  expect(lacks([{ version_added: '110' }, { version_added: '80', prefix: '-webkit-' }])).toBe(true);
});

test('the browsers of the floor stand in the documentation', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/reference/browser.md'), 'utf8').replaceAll(
    /\s+/g,
    ' ',
  );
  expect(page).toContain(`Chrome and Edge ${FLOOR.chrome}, Firefox ${FLOOR.firefox}, Safari ${FLOOR.safari}`);
});
