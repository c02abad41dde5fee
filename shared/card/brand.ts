/** Which brand a card number, or its beginning, is of: read from the table in networks.ts. Safe in a browser. */
import { type Brand, type BrandFacts, NETWORKS, type Range, REFUSED } from './networks.ts';

export const BRANDS: readonly Brand[] = NETWORKS.map(({ brand }) => brand);

export const isBrand = (text: string): text is Brand => BRANDS.some((brand) => brand === text);

/** Facts for the best match of a number or its beginning; null where no supported brand can match. */
export const brandOf = (digits: string): BrandFacts | null => networksOf(digits)[0] ?? null;

/**
 * Every supported brand that a number with this beginning may still be of, in the order of the table; none before the
 * first digit.
 */
export const brandsOf = (digits: string): readonly Brand[] => networksOf(digits).map(({ brand }) => brand);

/** Facts of a brand that is known without a number, as of a stored card. */
export const factsOf = (wanted: Brand): BrandFacts | null => NETWORKS.find(({ brand }) => brand === wanted) ?? null;

function networksOf(digits: string): readonly BrandFacts[] {
  if (digits === '' || REFUSED.some((range) => range[0].length <= digits.length && mayLieIn(range, digits))) return [];
  return NETWORKS.filter(({ ranges }) => ranges.some((range) => mayLieIn(range, digits)));
}

/** Compares as many digits as both have, so that a beginning lies in a range while it may still become one of its numbers. */
function mayLieIn([first, last]: Range, digits: string): boolean {
  const known = digits.slice(0, first.length);
  return first.slice(0, known.length) <= known && known <= last.slice(0, known.length);
}
