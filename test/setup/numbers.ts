/**
 * Unpublished card numbers, made while a test runs, because this repository may contain none. Each has a supported
 * brand, one of its lengths and a valid check digit.
 */
import * as fc from 'fast-check';
import { brandOf } from '../../shared/card/brand.ts';
import { numberFault, passesLuhn } from '../../shared/card/number.ts';
import { isTestCard } from '../../shared/card/test-cards.ts';

/** The beginning of a number with the one last digit that makes it valid. */
export function withCheckDigit(beginning: string): string {
  const last = [...'0123456789'].find((digit) => passesLuhn(beginning + digit));
  return beginning + last;
}

/** Beginnings of every supported brand: ISO/IEC 7812-1 issuer identification numbers, four digits each. */
const BEGINNINGS = [
  '4000',
  '4539',
  '5105',
  '2221',
  '3400',
  '3714',
  '3528',
  '3589',
  '3000',
  '3612',
  '6011',
  '6500',
  '6212',
];

/** Any valid number of any supported brand, never a published test card. */
export const anyPan: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(...BEGINNINGS),
    fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 15, maxLength: 15 }),
    fc.nat(),
  )
  .map(([beginning, digits, choice]) => {
    const lengths = brandOf(beginning)?.lengths ?? [16];
    const length = lengths[choice % lengths.length] ?? 16;
    return withCheckDigit((beginning + digits.join('')).slice(0, length - 1));
  })
  .filter((number) => numberFault(number) === null && !isTestCard(number));

const FULL_WIDTH_ZERO = '０'.codePointAt(0) ?? 0;

export const toFullWidth = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCodePoint(FULL_WIDTH_ZERO + Number(digit)));

export const toArabic = (digits: string): string =>
  digits.replace(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit)));

export const inFours = (digits: string, separator: string): string => digits.replace(/(.{4})(?=.)/g, `$1${separator}`);
