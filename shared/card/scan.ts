/**
 * Finds what looks like a card number in free text, so that routes that must never see one refuse it (V1). A match is
 * a run of digits, grouped or not, ASCII or full-width, that starts a group and has a supported brand, one of its
 * lengths and a valid check digit. Order numbers and timestamps rarely meet all four.
 */
import { brandOf } from './brand.ts';
import { passesLuhn } from './number.ts';

/** Digits with at most one separator between any two. */
const DIGIT_RUN = /\d(?:[ \t\u00a0\u3000./_\p{Pd}]?\d){11,}/gu;

export function holdsPan(text: string): boolean {
  for (const [run] of text.normalize('NFKC').matchAll(DIGIT_RUN)) {
    const groups = run.split(/\D/);
    for (let first = 0; first < groups.length; first += 1) {
      if (startsWithPan(groups.slice(first).join(''))) return true;
    }
  }
  return false;
}

function startsWithPan(digits: string): boolean {
  const lengths = brandOf(digits.slice(0, 19))?.lengths ?? brandOf(digits.slice(0, 8))?.lengths ?? [];
  return lengths.some((length) => digits.length >= length && passesLuhn(digits.slice(0, length)));
}
