/** Which brand a number is of while it is typed, where prefixes of several brands lie within each other. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandOf, brandsOf, factsOf, isBrand } from '../../shared/card/brand.ts';
import type { Brand } from '../../shared/card/networks.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { checkProperty } from '../setup/property.ts';

describe('the brands a number may still be of', () => {
  test.each<[string, Brand[]]>([
    ['', []],
    ['4', ['visa']],
    ['3', ['amex', 'diners', 'jcb']],
    ['35', ['jcb']],
    ['37', ['amex']],
    ['36', ['diners']],
    ['2', ['mastercard']],
    ['6', ['discover', 'unionpay']],
    ['62', ['unionpay']],
    ['65', ['discover']],
    // UnionPay's range that Discover's network takes, too.
    ['622126', ['unionpay']],
    // A range of Elo's inside Visa's, once it is typed whole; and one that Discover's network takes.
    ['40117', ['visa']],
    ['401178', []],
    ['650031', ['discover']],
    ['9', []],
  ])('after %p are %p', (digits, brands) => {
    expect(brandsOf(digits)).toEqual(brands);
  });

  test('are one at most from the second digit on, so the brand shown never changes from one of ours to another', () => {
    checkProperty(
      fc.property(fc.stringMatching(/^\d{2,19}$/), (digits) => {
        expect(brandsOf(digits).length).toBeLessThanOrEqual(1);
        expect(brandOf(digits)?.brand ?? null).toBe(brandsOf(digits)[0] ?? null);
      }),
    );
  });

  test('hold the right one at every digit of every test card', () => {
    for (const number of Object.keys(TEST_CARDS)) {
      const brand = brandOf(number)?.brand;
      for (let length = 1; length <= number.length; length += 1) {
        expect(brandsOf(number.slice(0, length))).toContain(brand);
      }
    }
  });
});

test('what is known of a brand without a number is what is known with one', () => {
  expect(factsOf('amex')).toEqual(brandOf('378282246310005'));
  expect(factsOf('amex')?.cvcLength).toBe(4);
  expect(isBrand('toString')).toBe(false);
});
