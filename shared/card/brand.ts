/**
 * The card brands that the vault accepts, with the form of their numbers. Ranges come from `credit-card-type`, which
 * its maintainers keep current; a brand that is not in this list is refused. Safe in a browser.
 */
import creditCardType from 'credit-card-type';

type CreditCardType = ReturnType<typeof creditCardType>[number];

export type Brand = 'visa' | 'mastercard' | 'amex' | 'jcb' | 'diners' | 'discover' | 'unionpay';

/** Our brand → the library's id of it. */
const LIBRARY_IDS: Readonly<Record<Brand, string>> = {
  visa: 'visa',
  mastercard: 'mastercard',
  amex: 'american-express',
  jcb: 'jcb',
  diners: 'diners-club',
  discover: 'discover',
  unionpay: 'unionpay',
};

export const isBrand = (text: string): text is Brand => Object.hasOwn(LIBRARY_IDS, text);

export const BRANDS: readonly Brand[] = Object.keys(LIBRARY_IDS).filter(isBrand);

const OURS: ReadonlyMap<string, Brand> = new Map(BRANDS.map((brand) => [LIBRARY_IDS[brand], brand]));

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

/** Facts for the best match of a number or its beginning; null where no supported brand can match. */
export function brandOf(digits: string): BrandFacts | null {
  return matches(digits)[0] ?? null;
}

/**
 * Every supported brand that may have a number with this beginning, best first; empty before the first digit. Where one
 * network's prefix lies in another's range, `credit-card-type` counts the longer prefix only.
 */
export const brandsOf = (digits: string): readonly Brand[] => matches(digits).map(({ brand }) => brand);

/** Facts of a brand that is known without a number, as of a stored card. */
export const factsOf = (brand: Brand): BrandFacts | null => facts(creditCardType.getTypeInfo(LIBRARY_IDS[brand]));

function matches(digits: string): readonly BrandFacts[] {
  return digits === '' ? [] : creditCardType(digits).flatMap((type) => facts(type) ?? []);
}

function facts(type: CreditCardType): BrandFacts | null {
  const brand = OURS.get(type.type);
  if (brand === undefined) return null;
  const { niceType: name, lengths, code } = type;
  // The library stops at the third gap, which would leave seven digits in the last group of a 19-digit number.
  const gaps = type.gaps.at(-1) === 12 ? [...type.gaps, 16] : type.gaps;
  return { brand, name, lengths, gaps, cvcLength: code.size === 4 ? 4 : 3 };
}
