/**
 * Validates each field while it is typed. `partial` text may still become valid: it is not an error while the person
 * types, and has the error to show once they leave the field. `wrong` text cannot become valid.
 */
import { brandOf } from '../../shared/card/brand.ts';
import { type Expiry, expiryFault } from '../../shared/card/expiry.ts';
import { digitsOf, expiryParts } from '../../shared/card/format.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import { numberFault, passesLuhn } from '../../shared/card/number.ts';
import type { FieldCode } from './texts.ts';

export type FieldVerdict =
  | { readonly state: 'empty' | 'complete' }
  | { readonly state: 'partial' | 'wrong'; readonly code: FieldCode };

const EMPTY: FieldVerdict = { state: 'empty' };
const COMPLETE: FieldVerdict = { state: 'complete' };

export function judgeNumber(digits: string): FieldVerdict {
  if (digits === '') return EMPTY;
  const facts = brandOf(digits);
  if (facts === null) return { state: 'wrong', code: 'brand_unknown' };
  const isWhole = facts.lengths.includes(digits.length);
  const fault = isWhole ? numberFault(digits) : null;
  if (isWhole && fault === null) return COMPLETE;
  const isLongest = digits.length >= (facts.lengths.at(-1) ?? 0);
  return { state: isLongest ? 'wrong' : 'partial', code: fault ?? 'number_incomplete' };
}

/**
 * Whether a complete number cannot be longer, so that the focus may move on. Some brands have several lengths, and
 * UnionPay no check digit; for them a number ends with a valid sixteenth digit or at the greatest length.
 */
export const isWholeNumber = (digits: string): boolean =>
  digits.length === brandOf(digits)?.lengths.at(-1) || (digits.length === 16 && passesLuhn(digits));

/** The brand once the digits decide it; a single digit decides only Visa. */
export const certainBrand = (digits: string): BrandFacts | null =>
  digits.length > 1 || digits === '4' ? brandOf(digits) : null;

/** The expiry date, or null while it is incomplete. */
export function readExpiry(text: string): Expiry | null {
  const { month, year } = expiryParts(text);
  return month.length === 2 && year.length === 2 ? { month: Number(month), year: 2000 + Number(year) } : null;
}

export function judgeExpiry(text: string, nowMs: number): FieldVerdict {
  if (text === '') return EMPTY;
  const { month, year } = expiryParts(text);
  if (month === '00' || (month === '' && text.length > 6)) return { state: 'wrong', code: 'expiry_invalid' };
  const expiry = readExpiry(text);
  if (expiry === null) return { state: 'partial', code: 'expiry_incomplete' };
  const fault = expiryFault(expiry, nowMs);
  // 20 is the year 2020, or the beginning of 2029.
  return fault === null ? COMPLETE : { state: year === '20' ? 'partial' : 'wrong', code: fault };
}

export function judgeCvc(digits: string, facts: BrandFacts | null): FieldVerdict {
  if (digits === '') return EMPTY;
  const length = facts?.cvcLength ?? 3;
  if (digits.length < length) return { state: 'partial', code: 'cvc_incomplete' };
  // Without a brand yet, a fourth digit may be an American Express code.
  return digits.length === length || facts === null ? COMPLETE : { state: 'wrong', code: 'cvc_invalid' };
}

/** A name may contain a number (John Smith 3rd); more digits are probably a card number. */
const NAME_DIGITS_MAX = 4;

export function judgeName(text: string): FieldVerdict {
  if (text.trim() === '') return EMPTY;
  if (digitsOf(text).length > NAME_DIGITS_MAX) return { state: 'wrong', code: 'name_invalid' };
  return /\p{L}/u.test(text) ? COMPLETE : { state: 'partial', code: 'name_invalid' };
}
