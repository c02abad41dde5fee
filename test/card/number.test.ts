/** Card numbers and brands: the check digit against its standard, and every fault in its order. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandOf } from '../../shared/card/brand.ts';
import { normalizeDigits, numberFault, passesLuhn } from '../../shared/card/number.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { anyPan, inFours, toArabic, toFullWidth, withCheckDigit } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';

describe('The check digit of ISO/IEC 7812-1 annex B', () => {
  test.each(Object.keys(TEST_CARDS))('holds for the published card %s', (digits) => {
    expect(passesLuhn(digits)).toBe(true);
  });

  test('finds any one wrong digit', () => {
    checkProperty(
      fc.property(anyPan, fc.nat(), fc.integer({ min: 1, max: 9 }), (number, place, offset) => {
        const at = place % number.length;
        const wrong = (Number(number[at]) + offset) % 10;
        expect(passesLuhn(number.slice(0, at) + wrong + number.slice(at + 1))).toBe(false);
      }),
    );
  });

  test('finds two neighbours that changed places, except 0 and 9', () => {
    checkProperty(
      fc.property(anyPan, fc.nat(), (number, place) => {
        const at = place % (number.length - 1);
        const [one = '', two = ''] = number.slice(at, at + 2);
        fc.pre(one !== two && one + two !== '09' && one + two !== '90');
        expect(passesLuhn(number.slice(0, at) + two + one + number.slice(at + 2))).toBe(false);
      }),
    );
  });
});

describe('A number', () => {
  test('of any brand is fine however people write it', () => {
    const write = fc.constantFrom(
      (number: string) => number,
      (number: string) => inFours(number, ' '),
      (number: string) => inFours(number, '-'),
      (number: string) => inFours(number, '–'),
      (number: string) => toFullWidth(inFours(number, '　')),
      (number: string) => toArabic(inFours(number, ' ')),
    );
    checkProperty(
      fc.property(anyPan, write, (number, written) => {
        expect(normalizeDigits(written(number))).toBe(number);
        expect(numberFault(number)).toBeNull();
      }),
    );
  });

  test.each([
    ['nothing', '', 'number_invalid'],
    ['letters', '4242abcd42424242', 'number_invalid'],
    ['eleven digits', '42424242424', 'number_invalid'],
    ['twenty digits', '42'.repeat(10), 'number_invalid'],
    ['digits of another script', toArabic('42'.repeat(8)), 'number_invalid'],
    ['an unknown brand, even with a wrong check digit', `9${'0'.repeat(15)}`, 'brand_unknown'],
    ['fifteen digits of Visa', withCheckDigit(`4${'0'.repeat(13)}`), 'number_invalid'],
    ['sixteen digits of American Express', withCheckDigit(`37${'0'.repeat(13)}`), 'number_invalid'],
    ['a wrong check digit', '4242424242424241', 'number_luhn'],
  ])('of %s is refused as the first fault that applies', (_what, digits, fault) => {
    expect(numberFault(digits)).toBe(fault);
  });

  test('is checked without an exception, for any text', () => {
    checkProperty(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(numberFault(normalizeDigits(text))).toBe('number_invalid');
        brandOf(text);
      }),
      { runs: 500 },
    );
  });
});

describe('A brand', () => {
  test.each([
    ['4', 'visa', 3],
    ['51', 'mastercard', 3],
    ['2221', 'mastercard', 3],
    ['34', 'amex', 4],
    ['37', 'amex', 4],
    ['3528', 'jcb', 3],
    ['36', 'diners', 3],
    ['6011', 'discover', 3],
    ['62', 'unionpay', 3],
  ])('is known from the beginning %s: %s, with a security code of %i digits', (digits, brand, cvcLength) => {
    expect(brandOf(digits)).toMatchObject({ brand, cvcLength });
  });

  test.each([[''], ['0'], ['9'], ['x']])('is not made up for %j', (digits) => {
    expect(brandOf(digits)).toBeNull();
  });
});
