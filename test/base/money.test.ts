/** Money is whole minor units of a currency that exists. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AMOUNT_MINOR_MAX, currencyExponent, isAmountMinor } from '../../shared/base/money.ts';
import { checkProperty } from '../setup/property.ts';

describe('A currency', () => {
  test.each([
    ['JPY', 0],
    ['KRW', 0],
    ['ISK', 0],
    ['USD', 2],
    ['EUR', 2],
    ['KWD', 3],
    ['BHD', 3],
    ['UYW', 4],
  ])('%s has %i digits after the point', (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
  });

  test.each([['DEM'], ['BTC'], ['jpy'], ['JP'], ['JPYY'], [''], ['XAU'], ['__proto__'], ['constructor']])(
    '%j is none',
    (code) => {
      expect(currencyExponent(code)).toBeNull();
    },
  );
});

describe('An amount', () => {
  test.each([[1], [100], [AMOUNT_MINOR_MAX]])('may be %d', (amount) => {
    expect(isAmountMinor(amount)).toBe(true);
  });

  test.each([
    [0],
    [-0],
    [-1],
    [0.5],
    [1.0000001],
    [AMOUNT_MINOR_MAX + 1],
    [Number.NaN],
    [Infinity],
    ['1'],
    [null],
    [1n],
    [[1]],
  ])('may not be %p', (amount) => {
    expect(isAmountMinor(amount)).toBe(false);
  });

  test('has at most twelve digits, the width of ISO 8583 DE 4, and no fraction', () => {
    checkProperty(
      fc.property(fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger()), (amount) => {
        expect(isAmountMinor(amount)).toBe(/^[1-9]\d{0,11}$/.test(String(amount)));
      }),
      { runs: 1_000 },
    );
  });
});
