/** Amounts and currencies: one table, held beside ISO 4217's own, and what each processor makes of every row of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { AMOUNT_MINOR_MAX, currencyExponent } from '../../../shared/base/money.ts';
import { numericCurrency } from '../../../shared/payments/processors/iso8583/currencies.ts';
import { FIELDS } from '../../../shared/payments/processors/iso8583/fields.ts';
import { stripeAmount } from '../../../shared/payments/processors/stripe/amounts.ts';

const LIST_ONE = JSON.parse(readFileSync(join(import.meta.dirname, '../../vectors/iso4217.json'), 'utf8')) as {
  readonly currencies: readonly (readonly [code: string, number: string, minorUnits: number])[];
};

test('every currency of ISO 4217 has the minor units and the number that its list one gives it', () => {
  expect(LIST_ONE.currencies.length).toBeGreaterThan(150);
  const ours = LIST_ONE.currencies.map(([code]) => [code, numericCurrency(code), currencyExponent(code)]);
  expect(ours).toEqual(LIST_ONE.currencies);
});

test('what is not in the list has neither', () => {
  for (const code of ['XTS', 'XAU', 'XDR', 'BTC', 'DEM', 'jpy', '']) {
    expect([numericCurrency(code), currencyExponent(code)]).toEqual([null, null]);
  }
});

test('the largest amount of every currency fills DE 4 and no more, and stays a whole number at Stripe', () => {
  expect(String(AMOUNT_MINOR_MAX)).toHaveLength(FIELDS[4]?.length ?? 0);
  for (const [currency] of LIST_ONE.currencies) {
    for (const amountMinor of [1, 10, 100, AMOUNT_MINOR_MAX - 99, AMOUNT_MINOR_MAX]) {
      const theirs = stripeAmount({ amountMinor, currency });
      expect(theirs === null || (Number.isSafeInteger(theirs) && theirs > 0)).toBe(true);
    }
  }
});
