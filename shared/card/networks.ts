/**
 * The card networks that this vault accepts, with the prefixes and lengths of their numbers; only this file decides
 * which cards are accepted. A number belongs to the network of its range, also where the card has another brand, unless
 * `REFUSED` excludes the range. Every range that `credit-card-type` gives to another brand has its decision in
 * test/card/inner-ranges.ts. Safe in a browser.
 */

export type Brand = 'visa' | 'mastercard' | 'amex' | 'diners' | 'discover' | 'jcb' | 'unionpay';

/** First and last beginning of a range, of the same number of digits. */
export type Range = readonly [first: string, last: string];

export interface BrandFacts {
  readonly brand: Brand;
  /** The brand's name as people write it. */
  readonly name: string;
  /** Lengths a complete number may have, ascending. */
  readonly lengths: readonly number[];
  /** Positions after which a space is shown: [4, 8, 12, 16], or [4, 10] for American Express. */
  readonly gaps: readonly number[];
  readonly cvcLength: 3 | 4;
}

export interface Network extends BrandFacts {
  readonly ranges: readonly Range[];
}

const BY_FOUR = [4, 8, 12, 16];
const FROM_16 = [16, 17, 18, 19];
const FROM_14 = [14, 15, ...FROM_16];

/**
 * Sources: (1) credit-card-type 10.3.0, card-types.ts, June 2026; (2) Discover Global Network, IIN ranges for value-added
 * resellers (IPP_VAR_Compliance.pdf), archived on 2017-08-22, as several validators quote it; (3) Stripe's CardBrand.kt
 * for Android, 2026.
 */
export const NETWORKS: readonly Network[] = [
  // (1). Numbers of 13 digits are no longer issued.
  { brand: 'visa', name: 'Visa', ranges: [['4', '4']], lengths: [16, 18, 19], gaps: BY_FOUR, cvcLength: 3 },
  {
    brand: 'mastercard',
    name: 'Mastercard',
    // (1)
    ranges: [
      ['51', '55'],
      ['2221', '2720'],
    ],
    lengths: [16],
    gaps: BY_FOUR,
    cvcLength: 3,
  },
  {
    brand: 'amex',
    name: 'American Express',
    // (1)
    ranges: [
      ['34', '34'],
      ['37', '37'],
    ],
    lengths: [15],
    gaps: [4, 10],
    cvcLength: 4,
  },
  {
    brand: 'diners',
    name: 'Diners Club',
    // (2). It has 16 to 19 digits for all but 36; (1) and cards in use have 14 for the others, too.
    ranges: [
      ['300', '305'],
      ['3095', '3095'],
      ['36', '36'],
      ['38', '39'],
    ],
    lengths: FROM_14,
    gaps: [4, 10],
    cvcLength: 3,
  },
  {
    brand: 'discover',
    name: 'Discover',
    // (2), which routes its partners in 65, such as Elo, Troy and RuPay, to Discover.
    ranges: [
      ['6011', '6011'],
      ['644', '649'],
      ['65', '65'],
    ],
    lengths: FROM_16,
    gaps: BY_FOUR,
    cvcLength: 3,
  },
  // (1) and (2). 1800 and 2131 had 15 digits and are no longer issued.
  { brand: 'jcb', name: 'JCB', ranges: [['3528', '3589']], lengths: FROM_16, gaps: BY_FOUR, cvcLength: 3 },
  {
    brand: 'unionpay',
    name: 'UnionPay',
    // (3) for 62, of which (1) names parts; (2) for 81.
    ranges: [
      ['62', '62'],
      ['8100', '8171'],
    ],
    lengths: FROM_14,
    gaps: BY_FOUR,
    cvcLength: 3,
  },
];

/** Ranges inside those above with cards of an unsupported network only: source (1). */
export const REFUSED: readonly Range[] = [
  // Elo, inside Visa's.
  ['401178', '401179'],
  ['431274', '431274'],
  ['438935', '438935'],
  ['451416', '451416'],
  ['457393', '457393'],
  ['457631', '457632'],
  // Maestro, inside Visa's.
  ['493698', '493698'],
  // Elo, inside UnionPay's.
  ['627780', '627780'],
];
