/** Currencies that exist, each with its digits after the point. */
import { describe, expect, test } from '@jest/globals';
import { currencyExponent } from '../../shared/base/money.ts';

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
    '%j is unknown',
    (code) => {
      expect(currencyExponent(code)).toBeNull();
    },
  );
});
