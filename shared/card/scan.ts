/**
 * Finds card numbers in free text, so that routes that must never receive one refuse it (V1). A match has a supported
 * brand, one of its lengths and a valid check digit, in the digits of any keyboard. It is written in one run, in the
 * groups printed on cards, or digit by digit: a UUID or a hash, which must pass, has its digits in other forms.
 */
import { brandOf } from './brand.ts';
import { foldDigits, passesLuhn } from './number.ts';

/** Runs of digits with at most one separator between any two. */
const DIGITS = /\d+(?:[ \t\u00a0\u3000./_\p{Pd}]\d+)*/gu;

/**
 * A UUID with at least one letter, because letters cut its digits into groups that may look like a card's. A UUID of
 * digits alone needs no exception: no card has groups of 8-4-4-4-12.
 */
const UUID = /\b(?=[0-9-]*[a-f])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/giu;

/** Lengths of the groups in which cards and forms show numbers: 16 and more in fours, Amex 4-6-5, Diners 4-6-4. */
const LAYOUTS = ['4,4,4,4', '4,4,4,4,1', '4,4,4,4,2', '4,4,4,4,3', '4,6,5', '4,6,4', '4,4,4,2'];
const LAYOUT_GROUPS_MAX = 5;
const PAN_MIN = 13;
const PAN_MAX = 19;

export function holdsPan(text: string): boolean {
  const plain = foldDigits(text).replace(UUID, '…');
  for (const match of plain.matchAll(DIGITS)) {
    const groups = match[0].split(/\D/);
    if (groups.some((group) => group.length >= PAN_MIN && beginsWithPan(group)) && !isInHash(plain, match)) return true;
    if (groups.length > 1 && (holdsLayout(groups) || isSpelledOut(groups))) return true;
  }
  return false;
}

/** Whether a run starts with a card number; an expiry or CVC may follow without a separator. */
function beginsWithPan(digits: string): boolean {
  const lengths = brandOf(digits.slice(0, PAN_MAX))?.lengths ?? brandOf(digits.slice(0, 8))?.lengths ?? [];
  return lengths.some((length) => digits.length >= length && passesLuhn(digits.slice(0, length)));
}

const isPan = (digits: string): boolean =>
  (brandOf(digits)?.lengths.includes(digits.length) ?? false) && passesLuhn(digits);

function holdsLayout(groups: readonly string[]): boolean {
  return groups.some((_, first) => {
    for (let count = 3; count <= LAYOUT_GROUPS_MAX && first + count <= groups.length; count += 1) {
      const part = groups.slice(first, first + count);
      if (LAYOUTS.includes(part.map((group) => group.length).join(',')) && isPan(part.join(''))) return true;
    }
    return false;
  });
}

/** `4-2-4-2-…`: every digit by itself. */
const isSpelledOut = (groups: readonly string[]): boolean =>
  groups.length >= PAN_MIN && groups.every((group) => group.length === 1) && beginsWithPan(groups.join(''));

/** Whether the run is part of a longer word of hexadecimal digits, such as a SHA-256. */
function isInHash(text: string, match: RegExpExecArray): boolean {
  const before = /[0-9a-f]*$/i.exec(text.slice(Math.max(0, match.index - 64), match.index))?.[0] ?? '';
  const after = /^[0-9a-f]*/i.exec(text.slice(match.index + match[0].length))?.[0] ?? '';
  return /[a-f]/i.test(before + after) && before.length + match[0].length + after.length >= 24;
}
