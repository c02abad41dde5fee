/**
 * Card brands the vault takes, and what each one's number looks like. Ranges come from `credit-card-type`, which
 * others keep current; a brand that is not in this list is refused (deny by default). Safe in a browser.
 */
import creditCardType from 'credit-card-type';

export type Brand = 'visa' | 'mastercard' | 'amex' | 'jcb' | 'diners' | 'discover' | 'unionpay';

/** The library's brand id → ours. */
const BRANDS: Readonly<Record<string, Brand>> = {
  visa: 'visa',
  mastercard: 'mastercard',
  'american-express': 'amex',
  jcb: 'jcb',
  'diners-club': 'diners',
  discover: 'discover',
  unionpay: 'unionpay',
};

export interface BrandFacts {
  readonly brand: Brand;
  /** The brand's name as people write it. */
  readonly name: string;
  /** Lengths a complete number may have, ascending. */
  readonly lengths: readonly number[];
  /** Positions after which a space is shown: [4, 8, 12], or [4, 10] for American Express. */
  readonly gaps: readonly number[];
  readonly cvcLength: 3 | 4;
}

/** Facts for the best match of a number or its beginning; null where no supported brand can match. */
export function brandOf(digits: string): BrandFacts | null {
  if (digits === '') return null;
  for (const type of creditCardType(digits)) {
    const brand = BRANDS[type.type];
    if (brand !== undefined) {
      return {
        brand,
        name: type.niceType,
        lengths: type.lengths,
        gaps: type.gaps,
        cvcLength: type.code.size === 4 ? 4 : 3,
      };
    }
  }
  return null;
}
