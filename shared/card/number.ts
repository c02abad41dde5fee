/** Pure checks of a card number; the caller decides what to say. Safe in a browser. */
import { brandOf } from './brand.ts';

export type NumberFault = 'number_invalid' | 'brand_unknown' | 'number_luhn';

/** The mod-10 check digit of ISO/IEC 7812-1 annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Converts the digits of keyboards in Japan (４２), Arabic (٤٢), Persian and Urdu (۴۲) to ASCII; other text to NFKC. */
export const foldDigits = (text: string): string =>
  text.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));

/** Removes what people type between groups, and folds digits to ASCII. */
export const normalizeDigits = (text: string): string => foldDigits(text).replace(/[\s\p{Pd}]/gu, '');

/**
 * What is wrong with a complete number, or null. Checked in this order: not a number, unknown brand, wrong length for
 * the brand, check digit.
 */
export function numberFault(digits: string): NumberFault | null {
  if (!/^\d{12,19}$/.test(digits)) return 'number_invalid';
  const facts = brandOf(digits);
  if (facts === null) return 'brand_unknown';
  if (!facts.lengths.includes(digits.length)) return 'number_invalid';
  // Some UnionPay ranges do not use the check digit, so it is not checked for the brand.
  return facts.brand === 'unionpay' || passesLuhn(digits) ? null : 'number_luhn';
}
