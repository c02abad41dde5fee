/** The rule on regular expressions finds those whose time grows faster than the text, and lets the others pass. */
import { describe, expect, test } from '@jest/globals';
import { slowExpressions } from '../../../tools/tidy/expressions/find.ts';
import { growthOf, READINGS_MAX } from '../../../tools/tidy/expressions/growth.ts';
import { parseModule } from '../../../tools/tidy/syntax.ts';

const RIVALS = 'two loops read a text, or a loop and the search for its beginning';
const TWICE = 'a loop reads a text in two ways';

test.each([
  // A search begins at each character, so an open left side is a loop too.
  [/\d+x/, RIVALS],
  [/\s+$/, RIVALS],
  [/[a-z]+@[a-z]+/, RIVALS],
  [/a.*b/, RIVALS],
  [/(?:a*b)?c/, RIVALS],
  [/<[^>]*>/, RIVALS],
  [/\$\{[^}]+\}/g, RIVALS],
  [/(?:%[0-9a-f]{2})+x/i, RIVALS],
  [/\s*\|\s*/g, RIVALS],
  [/[0-9a-f]{26,}x/, RIVALS],
  [/(?<!x)a+b/, RIVALS],
  [/[\p{Lu}]+\d/u, RIVALS],
  [/[^\p{Ll}]+a/u, RIVALS],
  [/K+x/iu, RIVALS],
  [/^a+$/m, null],
  [/^[^b]+$/m, RIVALS],
  // A sticky one is asked at many places as well.
  [/ *x/y, RIVALS],
  // What a match reads in vain is read again by the next.
  [/a(?:.*x)?/g, RIVALS],
  // Loops beside each other that overlap.
  [/^\d*\d*x/, RIVALS],
  [/^.*a.*b/, RIVALS],
  [/^a*b?a*$/, RIVALS],
  [/^(?:ab)*(?:ab)*$/, RIVALS],
  [/^(?:a|ab)*(?:ba|b)*$/, RIVALS],
  [/^(.*),\1/, RIVALS],
  // Loops in loops.
  [/^(?:a*)*b/, TWICE],
  [/^(?:\w+\s?)*$/, TWICE],
  [/^(?:a|a)*$/, TWICE],
  [/^(?:a|b|ab)*$/, TWICE],
  [/^(?:[a-z0-9]+-?)+$/, TWICE],
  [/^(?:a+b?)*c/, TWICE],
  [/^(?:a{1,200}){1,200}b/, 'repetitions of repetitions read a text in two ways'],
  [/^(?:a?){30}b/, 'cannot be judged: a repetition of what may be empty'],
  // What stands beside a place is read at each place.
  [/x(?=a*b)/, 'a lookahead without an end'],
  [/(?<=a.*)b/, 'a lookbehind without an end'],
  [new RegExp(`(?=a{0,${READINGS_MAX + 1}}b)`), `a lookahead over ${READINGS_MAX + 1} characters`],
  [new RegExp(`a{0,${READINGS_MAX + 1}}b`), `a text may be read ${READINGS_MAX + 1} times`],
])('%s is refused: it is read in more steps than it has characters, or it cannot be told', (expression, fault) => {
  expect(growthOf(expression.source, expression.flags)).toBe(fault);
});

test.each([
  /^\d+x/,
  /\d+/g,
  /x\d+y/,
  /^a.*b/,
  /<[^<>]*>/,
  /x\s+$/,
  /\ba+b/,
  /(?<!a)a+b/,
  /(?<!\s)\s+$/,
  /(?<![0-9a-f])[0-9a-f]+(?![0-9a-f])x/,
  /(?:%[0-9a-f]{2})+/gi,
  /[0-9a-f]{26,}/g,
  /^(?:[a-z0-9]+-)+$/,
  /^a*ba*$/,
  /^(?:\d+(?:,|$))*x/,
  /^(?:\d[\s-]*){13,19}$/,
  /"[^"]*"|'[^']*'/g,
  /^(?=.{4,253}$)[a-z.]+$/,
  /[^\p{L}]/gu,
  /.*/,
])('%s is read once', (expression) => {
  expect(growthOf(expression.source, expression.flags)).toBeNull();
});

describe('an expression', () => {
  const complaintsAbout = (text: string, variable: readonly string[] = []) =>
    slowExpressions([parseModule({ path: 'shared/a.ts', text })], {
      variable,
      functions: { upper: (word) => word.toUpperCase() },
    });

  test('is found wherever it stands in a file', () => {
    expect(complaintsAbout("const a = 1;\nif (/ +$/.test('')) a.replace(/\\d+x/g, '');")).toEqual([
      `shared/a.ts:2 / +$/: ${RIVALS}`,
      `shared/a.ts:2 /\\d+x/g: ${RIVALS}`,
    ]);
  });

  test.each([
    `const A = '\\\\d+';\nconst B = new RegExp(\`\${A}x\`);`,
    "const A = String.raw`\\d+`;\nconst B = RegExp(A + 'x');",
    "const A = ['\\\\D'].map(upper);\nconst B = new RegExp(A.map((each) => each.replaceAll('D', 'd') + '+').join('|') + 'x');",
    `const A = ['\\\\d'];\nconst B = new RegExp(A.map((each) => each.replaceAll('a', 'b') + '+').join('|') + 'x');`,
  ])('that is put together from constants is read: %s', (text) => {
    expect(complaintsAbout(text)).toEqual([`shared/a.ts:2 /\\d+x/: ${RIVALS}`]);
  });

  test.each([
    "const f = (a: string) => new RegExp('^' + a);",
    "let a = '';\nconst B = new RegExp(a);",
    "const A = '';\nconst f = (g: string) => new RegExp(A, g);",
    "const A = ['a'].map(unknown);\nconst B = new RegExp(A.join(''));",
  ])('that is put together otherwise is refused, but in the files that may: %s', (text) => {
    expect(complaintsAbout(text)).toEqual([expect.stringContaining('no constant')]);
    expect(complaintsAbout(text, ['shared/a.ts'])).toEqual([]);
  });
});
