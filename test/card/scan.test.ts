/** Finding card numbers in any spelling, where none may be. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { base32 } from '../../shared/base/ids.ts';
import { NETWORKS } from '../../shared/card/networks.ts';
import { numberFault, passesLuhn } from '../../shared/card/number.ts';
import { readingsOf } from '../../shared/card/readings.ts';
import { cardDataIn } from '../../shared/card/scan.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import { CARD } from '../setup/cards.ts';
import { withCheckDigit } from '../setup/numbers.ts';
import { checkProperty } from '../setup/property.ts';
import { anySpelling, BYTE_ENCODINGS, ENCODINGS, GROUPS, PADDINGS, SCRIPTS, SEPARATORS } from './spellings.ts';

const cards = Object.keys(TEST_CARDS);
const scripts = Object.values(SCRIPTS);

/** Cards that are not found, by their last four. */
const missed = (write: (card: string) => string): string[] =>
  cards.filter((card) => cardDataIn(write(card)) !== 'number').map((card) => card.slice(-4));

/** A number of 17 digits in these groups is taken for an order number of Amazon's, as card-data.md says. */
const AS_AMAZON = /\d{3}-\d{7}-\d{7}/;

describe('a card number is found', () => {
  test.each(Object.entries(PADDINGS))('with %s', (_name, pad) => expect(missed(pad)).toEqual([]));

  test.each(Object.entries(SCRIPTS))('in digits of this kind: %s', (_name, write) => expect(missed(write)).toEqual([]));

  test.each(Object.entries({ ...ENCODINGS, ...BYTE_ENCODINGS }))('in this encoding: %s', (_name, encode) =>
    expect(missed(encode)).toEqual([]),
  );

  test.each(Object.entries(GROUPS))('grouped %s, with any separator', (_name, group) => {
    for (const [name, separator] of Object.entries(SEPARATORS)) {
      expect([name, missed((card) => group(card).join(separator))]).toEqual([name, []]);
    }
  });

  test.each<[string, (card: string) => string]>([
    ['in a sentence', (card) => `card no. ${card}, thanks`],
    ['in JSON', (card) => JSON.stringify({ note: card })],
    ['as a number of JSON', (card) => `{"n":${card}}`],
    ['as a number that a program prints', (card) => `${card[0]}.${card.slice(1)}E${card.length - 1}`],
    ['grouped, after another number', (card) => `2 x ${GROUPS['by fours']?.(card).join(' ')}`],
    ['grouped, with an expiry glued to it', (card) => `${GROUPS['by fours']?.(card).join(' ')}1230`],
    ['with tags of HTML inside', (card) => `<b>${card.slice(0, 8)}</b><i class="x">${card.slice(8)}</i>`],
    ['in a list of JSON', (card) => JSON.stringify([...card])],
    ['grouped by a numeral that looks like a dash', (card) => (GROUPS['by fours']?.(card) ?? []).join('一')],
    [
      'in digits of several scripts',
      (card) => [...card].map((digit, at) => scripts[at % scripts.length]?.(digit)).join(''),
    ],
  ])('%s', (_name, write) => expect(missed(write)).toEqual([]));

  test('in any spelling: any script, grouping, separator, padding and encoding', () => {
    checkProperty(
      fc.property(anySpelling(anyCard), ({ text, as }) => {
        fc.pre(!readingsOf(text).some((reading) => AS_AMAZON.test(reading)));
        expect([as, text, cardDataIn(text)]).toEqual([as, text, 'number']);
      }),
      { runs: 3_000 },
    );
  });

  test.each([
    ['Maestro', withCheckDigit('675964000000000')],
    ['Mir', withCheckDigit('220000000000000')],
    ['Troy', withCheckDigit('979200000000000')],
    ['Elo', withCheckDigit('506699000000000')],
    ['Visa with 13 digits, as once issued', `4${'2'.repeat(12)}`],
  ])('of a card that this vault does not take: %s', (_brand, number) => {
    for (const text of [number, number.padStart(19, '0'), `no. ${number}`]) expect(cardDataIn(text)).toBe('number');
  });
});

/** Any number this vault takes. Without a check digit, a number is UnionPay's by 62 and 16 digits or more. */
const anyCard: fc.Arbitrary<string> = fc
  .constantFrom(
    ...NETWORKS.flatMap(({ brand, ranges, lengths }) =>
      ranges.flatMap((range) => lengths.map((length) => ({ brand, range, length }))),
    ),
  )
  .chain(({ brand, range: [first, last], length }) =>
    fc
      .tuple(
        fc.integer({ min: Number(first.padEnd(6, '0')), max: Number(last.padEnd(6, '9')) }),
        fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 13, maxLength: 13 }),
        fc.boolean(),
      )
      .map(([beginning, rest, isChecked]) => {
        const digits = (beginning + rest.join('')).slice(0, length);
        return brand === 'unionpay' && !isChecked ? digits : withCheckDigit(digits.slice(0, -1));
      }),
  )
  .filter((number) => numberFault(number) === null)
  .filter((number) => passesLuhn(number) || (number.startsWith('62') && number.length >= 16));

describe('what docs/reference/card-data.md says is not found', () => {
  const digits = '4242424242424242';
  test.each([
    ['letters between the digits', `${digits.slice(0, 8)} and ${digits.slice(8)}`],
    ['words for digits', 'four two '.repeat(8)],
    ['letters that look like digits', '4OOO OOOO OOOO OOO2'],
    ['digits in reverse', [...CARD.amex].reverse().join('')],
    ['base32', base32(Buffer.from(digits), 25)],
  ])('%s', (_name, text) => {
    expect(cardDataIn(text)).toBeNull();
  });
});

describe('the work grows with the length of the text and no faster', () => {
  const HOSTILE = [
    'a',
    ' ',
    '\n',
    '\\',
    '\\u0034',
    '%',
    '%25',
    '%34%20',
    '&',
    '&amp;',
    '&#52;',
    '<',
    '<b',
    '4',
    '42 ',
    '4 ',
    '1.',
    '-',
    '0',
    'NDI0',
    'A',
    '3432',
    '34 32 ',
    '52,50,',
    '=34',
    '2026-11-30 ',
    '1.1.1.',
    '35.681,',
    '694d4412-0506-',
    'f',
    '\u0301',
    '\u200b',
    '四',
    '४',
    'U+0034 ',
    '4.2e',
    '\ud800',
    'cvc ',
    'tok_',
    'セキュリティコード',
  ];
  test.each(HOSTILE)(
    '%j over and over has as many readings at 64 KB as at 8 KB, and each is as much longer',
    (part) => {
      const [short, long] = [8_192, 65_536].map((length) => {
        const readings = readingsOf(part.repeat(Math.ceil(length / part.length)).slice(0, length));
        return { count: readings.length, size: readings.reduce((sum, { length: size }) => sum + size, 0) };
      });
      expect(long?.count ?? 0).toBeLessThanOrEqual((short?.count ?? 0) + 1);
      expect(long?.size ?? 0).toBeLessThanOrEqual(8.1 * (short?.size ?? 0) + 65_536);
      expect(long?.size ?? 0).toBeLessThanOrEqual(6 * 65_536);
    },
  );
});
