/** The two types that hold a card: careless code can only print them as dots, and they parse only well-formed input. */
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Cvc } from '../../shared/card/cvc.ts';
import { CardFault } from '../../shared/card/fault.ts';
import { Pan } from '../../shared/card/pan.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { anyPan } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';

/** Everything a log line, an error or a response could do with a value. */
const waysOut: readonly [string, (value: object) => string][] = [
  ['String', (value) => String(value)],
  ['a template', (value) => `${value}`],
  ['a sum', (value) => `card ${value}`],
  ['JSON', (value) => JSON.stringify(value)],
  ['JSON inside an object', (value) => JSON.stringify({ charge: { card: value } })],
  ['inspect', (value) => inspect(value, { depth: 9, showHidden: true })],
  ['inspect inside an object', (value) => inspect({ card: value }, { depth: 9, showHidden: true })],
  ['its own fields', (value) => JSON.stringify(Object.entries(value))],
  ['a copy', (value) => JSON.stringify({ ...value })],
  ['an error about it', (value) => inspect(new Error(`no ${value}`, { cause: value }))],
];

/** What BIN and last four leave out. */
const middleOf = (digits: string): string => digits.slice(6, -4);

describe('a card number', () => {
  test.each(waysOut)('shows only its last four through %s (V1, V3)', (_way, print) => {
    for (const digits of Object.keys(TEST_CARDS)) {
      const shown = print(Pan.parse(digits));
      // The last four may look like the middle, as in 4242…, so they are taken away first.
      expect(shown.replace(digits.slice(-4), '')).not.toContain(middleOf(digits));
    }
  });

  test('gives its digits only when asked by name', () => {
    const pan = Pan.parse('4242 4242 4242 4242');
    expect(pan.digits()).toBe('4242424242424242');
    expect([pan.bin, pan.last4, `${pan}`]).toEqual(['424242', '4242', '•••• 4242']);
  });

  test('cannot be dug out of the object', () => {
    const pan = Pan.parse('5555555555554444');
    expect(Reflect.ownKeys(pan)).toEqual(['brand', 'cvcLength']);
    expect(JSON.stringify(structuredClone(pan))).not.toContain('5555');
  });

  test.each([
    ['nothing', ''],
    ['letters', 'four two four two'],
    ['a wrong check digit', '4242424242424241'],
    ['too few digits', '424242424242'],
    ['too many digits', '42'.repeat(10)],
    ['no brand', '9999999999999995'],
    ['a test card and more', '42'.repeat(16)],
  ])('is not made of %s, and the refusal does not repeat it', (_what, text) => {
    let refusal: unknown;
    try {
      Pan.parse(text);
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(CardFault);
    if (text !== '') expect(inspect(refusal)).not.toContain(text);
  });

  test('of any kind prints as dots and four digits (V1)', () => {
    checkProperty(
      fc.property(anyPan, (number) => {
        for (const [, print] of waysOut) if (print(Pan.parse(number)).includes(number)) return false;
        return String(Pan.parse(number)) === `•••• ${number.slice(-4)}`;
      }),
      { runs: 200 },
    );
  });
});

describe('a security code', () => {
  test.each(waysOut)('shows nothing through %s (V1)', (_way, print) => {
    expect(print(Cvc.parse('837', 3))).not.toContain('837');
    expect(print(Cvc.parse('8379', 4))).not.toContain('837');
  });

  test('is taken once (V2)', () => {
    const cvc = Cvc.parse('837', 3);
    expect(cvc.take()).toBe('837');
    expect(() => cvc.take()).toThrow('already taken');
  });

  test.each([
    ['', 3],
    ['83', 3],
    ['8379', 3],
    ['837', 4],
    ['83a', 3],
    ['8 3', 3],
  ] as const)('is not made of %j where %i digits are due', (text, length) => {
    expect(() => Cvc.parse(text, length)).toThrow(CardFault);
  });
});
