/** Currencies that exist, each with its digits after the point. */
import { describe, expect, test } from '@jest/globals';
import { currencyExponent, isCurrencyCode } from '../../shared/base/money.ts';

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

  test.each([['SEK'], ['sek'], ['Sek']])('may be written %s', (code) => {
    expect(isCurrencyCode(code)).toBe(true);
  });

  test.each([['\u017fek'], ['\u017fEK'], ['se\u212a'], ['ＳＥＫ'], ['SEK '], ['SE\u0130'], ['DEM'], ['']])(
    'is not written %j, although some of it reads the same in capitals',
    (code) => {
      expect(isCurrencyCode(code)).toBe(false);
    },
  );
});
