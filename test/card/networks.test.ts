/** Which cards are taken: our table of networks against the ranges of a library that shows brands to people. */
import { describe, expect, test } from '@jest/globals';
import creditCardType from 'credit-card-type';
import { brandOf } from '../../shared/card/brand.ts';
import { type Brand, NETWORKS, REFUSED } from '../../shared/card/networks.ts';
import { numberFault } from '../../shared/card/number.ts';
import { withCheckDigit } from '../setup/numbers.ts';
import { type Decision, INNER, RETIRED } from './inner-ranges.ts';

const OURS: Readonly<Record<string, Brand>> = {
  visa: 'visa',
  mastercard: 'mastercard',
  'american-express': 'amex',
  'diners-club': 'diners',
  discover: 'discover',
  jcb: 'jcb',
  unionpay: 'unionpay',
};

/** A range as its first and last number of 16 digits, so that beginnings of any length compare. */
const spanOf = (first: string, last = first): [number, number] => [
  Number(first.padEnd(16, '0')),
  Number(last.padEnd(16, '9')),
];

/** `401178`, `650031-650033`. */
const nameOf = (pattern: number | [number, number]): string => [pattern].flat().join('-');

const LIBRARY = Object.values(creditCardType.types).flatMap((of) =>
  (creditCardType.getTypeInfo(of).patterns as (number | [number, number])[]).map((pattern) => ({
    of,
    range: nameOf(pattern),
  })),
);
const spanOfRange = (range: string) => spanOf(...(range.split('-') as [string, string?]));

const OUR_SPANS = NETWORKS.flatMap(({ ranges }) => ranges.map((range) => spanOf(...range)));

/** Touches one of ours, and is not a wider range around it, as the 6 of Maestro is. */
function isInner(range: string): boolean {
  const [first, last] = spanOfRange(range);
  return OUR_SPANS.some(([low, high]) => first <= high && low <= last && !(first < low && high < last));
}

const rangesOf = (decisions: readonly Decision[]) =>
  decisions.flatMap(({ of, taken, ranges }) => ranges.split(', ').map((range) => ({ of, range, taken })));
const keysOf = (ranges: readonly { of: string; range: string }[]) =>
  ranges.map(({ of, range }) => `${of} ${range}`).sort();

/** Beginnings of numbers at both ends of a range and in its middle. */
const samplesOf = (range: string): string[] => {
  const [first, last] = spanOfRange(range);
  return [first, Math.floor((first + last) / 2), last].map(String);
};

describe('a range that the library gives to another brand inside a network of ours', () => {
  test('has a decision, every one of them, and no decision is about a range that is gone', () => {
    const inner = LIBRARY.filter(({ of, range }) => OURS[of] === undefined && isInner(range));
    expect(keysOf(rangesOf(INNER))).toEqual(keysOf(inner));
  });

  test.each(rangesOf(INNER))('$of $range is taken as $taken', ({ range, taken }) => {
    for (const number of samplesOf(range)) expect(brandOf(number)?.brand ?? null).toBe(taken);
  });

  test('is refused where no network but that brand carries it, and all that is refused is such a range', () => {
    const refused = rangesOf(INNER).filter(({ taken }) => taken === null);
    const isListed = (first: string, last: string) =>
      refused.some(({ range }) => range.startsWith(first)) && refused.some(({ range }) => range.endsWith(last));
    expect(REFUSED.filter((range) => !isListed(...range))).toEqual([]);
  });
});

test('a range that the library gives to a brand of ours has that brand, except those no longer issued', () => {
  const differs = LIBRARY.filter(({ of, range }) => {
    const brand = OURS[of];
    return brand !== undefined && samplesOf(range).some((number) => brandOf(number)?.brand !== brand);
  });
  expect(keysOf(differs)).toEqual(keysOf(rangesOf(RETIRED)));
});

test('every length that the library gives to a brand of ours is taken', () => {
  for (const { brand, lengths } of NETWORKS) {
    const id = Object.keys(OURS).find((of) => OURS[of] === brand) ?? '';
    expect(lengths).toEqual(expect.arrayContaining(creditCardType.getTypeInfo(id).lengths));
  }
});

describe('a card of two brands is taken under the network that carries it', () => {
  test.each<[string, string, Brand]>([
    ['Naranja’s with Visa', '402918', 'visa'],
    ['Naranja’s with Mastercard', '527572', 'mastercard'],
    ['Troy’s with Discover', '650170', 'discover'],
    ['Troy’s with Discover, by eight digits', '65083702', 'discover'],
    ['Elo’s with Discover', '650901', 'discover'],
    ['RuPay’s with Discover', '652100', 'discover'],
    ['UnionPay’s that Discover takes, too', '622126', 'unionpay'],
  ])('%s, at every digit: %s', (_whose, beginning, brand) => {
    const number = withCheckDigit(beginning.padEnd(15, '0'));
    for (let length = 2; length <= 16; length += 1) expect(brandOf(number.slice(0, length))?.brand).toBe(brand);
    expect(numberFault(number)).toBeNull();
  });

  test.each([
    ['Elo', '438935'],
    ['Elo', '401178'],
    ['Maestro', '493698'],
    ['Elo in China’s range', '627780'],
    ['Troy alone', '979200'],
    ['Maestro alone', '675964'],
    ['Mir', '220000'],
  ])('and one of %s alone is refused: %s', (_brand, beginning) => {
    expect(numberFault(withCheckDigit(beginning.padEnd(15, '0')))).toBe('brand_unknown');
  });
});

describe('a number of each network', () => {
  const cases = NETWORKS.flatMap(({ brand, ranges, lengths }) =>
    lengths.map((length) => [brand, length, ranges] as const),
  );
  test.each(cases)('of %s may have %i digits', (brand, length, ranges) => {
    for (const beginning of ranges.flat()) {
      const number = withCheckDigit(beginning.padEnd(length - 1, '0'));
      expect([beginning, brandOf(number)?.brand, numberFault(number)]).toEqual([beginning, brand, null]);
    }
  });

  test('has as many digits as its issuers give it', () => {
    expect(Object.fromEntries(NETWORKS.map(({ brand, lengths }) => [brand, lengths.join(' ')]))).toEqual({
      visa: '16 18 19',
      mastercard: '16',
      amex: '15',
      diners: '14 15 16 17 18 19',
      discover: '16 17 18 19',
      jcb: '16 17 18 19',
      unionpay: '14 15 16 17 18 19',
    });
  });

  test('begins in no other network’s range, so the order of the table decides nothing', () => {
    const spans = NETWORKS.flatMap(({ brand, ranges }) => ranges.map((range) => ({ brand, span: spanOf(...range) })));
    for (const [index, { brand, span }] of spans.entries()) {
      const others = spans.slice(index + 1).filter((other) => other.span[0] <= span[1] && span[0] <= other.span[1]);
      expect([brand, others]).toEqual([brand, []]);
    }
  });
});
