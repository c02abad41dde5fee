/** A card is good through the last moment of its month, wherever its holder is. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { expiryFault } from '../../shared/card/expiry.ts';
import { checkProperty } from '../setup/property.ts';

const HOUR_MS = 3_600_000;
const END_OF_JUNE_MS = Date.UTC(2026, 6, 1);

describe('A card that expires in June 2026', () => {
  const card = { month: 6, year: 2026 };

  test('is good on the last of June in the last time zone, UTC−12', () => {
    expect(expiryFault(card, END_OF_JUNE_MS + 12 * HOUR_MS - 1)).toBeNull();
  });

  test('has expired a millisecond later', () => {
    expect(expiryFault(card, END_OF_JUNE_MS + 12 * HOUR_MS)).toBe('expiry_past');
  });

  test('is good years before', () => {
    expect(expiryFault(card, Date.UTC(2010, 0, 1))).toBeNull();
  });
});

test('A card that expires in December is good until the new year', () => {
  const newYearMs = Date.UTC(2027, 0, 1);
  expect(expiryFault({ month: 12, year: 2026 }, newYearMs + 12 * HOUR_MS - 1)).toBeNull();
  expect(expiryFault({ month: 12, year: 2026 }, newYearMs + 12 * HOUR_MS)).toBe('expiry_past');
});

test('A card issued today may be good for twenty years', () => {
  expect(expiryFault({ month: 12, year: 2046 }, END_OF_JUNE_MS)).toBeNull();
});

test.each([
  [0, 2030],
  [13, 2030],
  [-1, 2030],
  [1.5, 2030],
  [Number.NaN, 2030],
  [6, 30],
  [6, 999],
  [6, 20300],
  [6, 2030.5],
  [6, 2047],
])('Month %d of year %d is no expiry date', (month, year) => {
  expect(expiryFault({ month, year }, END_OF_JUNE_MS)).toBe('expiry_invalid');
});

test('Any pair of numbers at any time gets one of three verdicts', () => {
  checkProperty(
    fc.property(fc.double(), fc.double(), fc.integer({ min: 0, max: 4e12 }), (month, year, nowMs) => {
      expect([null, 'expiry_invalid', 'expiry_past']).toContain(expiryFault({ month, year }, nowMs));
    }),
  );
});

test('Once expired is expired for good', () => {
  const card = fc.record({ month: fc.integer({ min: 1, max: 12 }), year: fc.integer({ min: 2020, max: 2050 }) });
  const day = fc.integer({ min: 0, max: 12_000 });
  checkProperty(
    fc.property(card, day, day, (expiry, first, later) => {
      const at = (days: number) => expiryFault(expiry, Date.UTC(2020, 0, 1 + days));
      if (at(first) === 'expiry_past') expect(at(first + later)).toBe('expiry_past');
    }),
  );
});
