/**
 * Pages say what the code says, where they retell a number that somebody relies on. A sentence that is missing here was
 * put otherwise, or its constant changed: numbers.ts has the sentence, and the page wants the same words.
 */
import { describe, expect, test } from '@jest/globals';
import { constantsOf } from '../../../tools/docs/constants.ts';
import { pageOf, SAID, unbroken } from '../../../tools/docs/numbers.ts';
import { days, digits, hours, minutes, word } from '../../../tools/docs/quantities.ts';

test.each(Object.entries(SAID))('%s says the numbers of the code', (page, sentences) => {
  const text = pageOf(page);
  expect(sentences.filter((sentence) => !text.includes(sentence))).toEqual([]);
});

test('numbers are written as pages write them', () => {
  expect([0, 1, 13, 20, 90, 21, 100, 6_000].map(word)).toEqual([
    'no',
    'one',
    'thirteen',
    'twenty',
    'ninety',
    '21',
    '100',
    '6,000',
  ]);
  expect(digits(1_000_000)).toBe('1,000,000');
  expect([minutes(60_000), minutes(900_000), hours(3_600_000), days(172_800_000)]).toEqual([
    'a minute',
    'fifteen minutes',
    'an hour',
    'two days',
  ]);
  expect(unbroken('one\n  sentence')).toBe('one sentence');
});

describe('a constant', () => {
  const files: Readonly<Record<string, string>> = {
    'shared/a.ts': `
      import { MINUTE_MS } from './b.ts';
      export const LIFE = { default: 2 * MINUTE_MS, 'min': (1 + 1) } as const;
      const LIST = [MINUTE_MS / 2, 2 ** 4 - 1] satisfies readonly number[];
      export const NAME = 'two';
      function inside() { const HIDDEN = 3; }
    `,
    'shared/b.ts': 'export const MINUTE_MS = 60_000;',
  };
  const constant = constantsOf((path) => ({ path, text: files[path] ?? '' }));

  test.each([
    ['LIFE.default', 120_000],
    ['LIFE.min', 2],
    ['LIST', [30_000, 15]],
    ['NAME', 'two'],
    ['MINUTE_MS', 60_000],
  ])('is read by its name: %s', (name, value) => {
    expect(constant('shared/a.ts', name)).toEqual(value);
  });

  test.each(['LIVES', 'LIFE.most', 'LIFE.default.most', 'HIDDEN', 'NAME.length'])(
    'that is not there is named: %s',
    (name) => {
      expect(() => constant('shared/a.ts', name)).toThrow(`shared/a.ts has no constant ${name.split('.')[0]}`);
    },
  );
});
