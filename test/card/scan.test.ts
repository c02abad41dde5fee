/** Finding card numbers where none may be, without taking ids for cards. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { holdsPan } from '../../shared/card/scan.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { checkProperty } from '../setup/property.ts';

const cards = Object.keys(TEST_CARDS);
const every = (separator: string, size: number) => (card: string) =>
  (card.match(new RegExp(`.{1,${size}}`, 'g')) ?? []).join(separator);

const FORMS: Record<string, (card: string) => string> = {
  'in one run': (card) => card,
  'in a sentence': (card) => `card no. ${card}, thanks`,
  'in JSON': (card) => JSON.stringify({ note: card }),
  'as a JSON number': (card) => `{"n":${card}}`,
  'right after a word': (card) => `PAN${card}`,
  'with an expiry glued to it': (card) => `${card}1230`,
  'digit by digit': every(' ', 1),
  'in Arabic digits': (card) => card.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
  'in Persian digits': (card) => card.replace(/\d/g, (digit) => String.fromCharCode(0x6f0 + Number(digit))),
  'in full-width digits': (card) => card.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
};

const BY_FOUR: Record<string, (card: string) => string> = {
  'by spaces': every(' ', 4),
  'by hyphens': every('-', 4),
  'by dots': every('.', 4),
  'by no-break spaces': every('\u00a0', 4),
  'by en dashes': every('–', 4),
  'after another number': (card) => `2 x ${every(' ', 4)(card)}`,
};

describe('a card number is found', () => {
  test.each(Object.entries(FORMS))('%s', (_form, write) => {
    for (const card of cards) expect([card.slice(-4), holdsPan(write(card))]).toEqual([card.slice(-4), true]);
  });

  test.each(Object.entries(BY_FOUR))('grouped by four, %s', (_form, write) => {
    for (const card of cards.filter(({ length }) => length === 16 || length === 19)) {
      expect([card.slice(-4), holdsPan(write(card))]).toEqual([card.slice(-4), true]);
    }
  });

  test('grouped as on American Express and Diners cards', () => {
    expect(holdsPan('3782 822463 10005')).toBe(true);
    expect(holdsPan('3622 720627 1667')).toBe(true);
  });
});

describe('what is no card number passes', () => {
  test.each([
    ['a telephone number', '+81 3-1234-5678'],
    ['a time in milliseconds', '1790000000000'],
    ['a wrong check digit', '4242 4242 4242 4241'],
    ['a number of no brand', '9999 9999 9999 9995'],
    ['dates and times', '2026-11-23T07:15:00.000Z 2026-11-24'],
    ['a UUID whose groups end in the digits of a card', '694d4412-0506-8451-9019-000000000000'],
    ['an empty text', ''],
  ])('%s', (_what, text) => {
    expect(holdsPan(text)).toBe(false);
  });

  test('any UUID', () => {
    checkProperty(
      fc.property(fc.uuid(), (uuid) => !holdsPan(uuid)),
      { runs: 20_000 },
    );
  });

  test('any SHA-256 in hexadecimal', () => {
    for (let count = 0; count < 20_000; count += 1) {
      expect(holdsPan(createHash('sha256').update(String(count)).digest('hex'))).toBe(false);
    }
  });
});
