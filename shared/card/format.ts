/**
 * What a card field shows while someone types: digits grouped as on the card, a slash in the expiry, and the caret
 * where the person left it. Pure functions from one edit to text and caret; number.ts and expiry.ts validate. Safe in a
 * browser.
 */
import { brandOf } from './brand.ts';
import { foldDigits, normalizeDigits } from './number.ts';

/** One change of a text field: what stood there, what the browser put there, and where it left the caret. */
export interface Edit {
  readonly before: string;
  readonly after: string;
  readonly caret: number;
  /** Set for Backspace and Delete, which must take a digit even where only a separator was in the way. */
  readonly erased?: 'backward' | 'forward';
}

export interface Shown {
  readonly text: string;
  readonly caret: number;
}

/** ISO/IEC 7812-1: a number has at most 19 digits. */
const NUMBER_LENGTH_MAX = 19;
const EXPIRY_SEPARATOR = ' / ';
/** The limit of `POST /v1/tokens` for a name. */
const NAME_LENGTH_MAX = 45;

/** Only the digits, folded to ASCII. */
export const digitsOf = (text: string): string => normalizeDigits(text).replace(/\D/g, '');

/** `4242424242424242` with gaps [4, 8, 12] → `4242 4242 4242 4242`. */
export function groupDigits(digits: string, gaps: readonly number[]): string {
  let text = '';
  for (let index = 0; index < digits.length; index += 1) text += (gaps.includes(index) ? ' ' : '') + digits[index];
  return text;
}

export function formatNumber(edit: Edit): Shown {
  let { digits, left } = takeEdit(edit);
  const facts = brandOf(digits);
  const excess = digits.length - (facts?.lengths.at(-1) ?? NUMBER_LENGTH_MAX);
  if (excess > 0) {
    // Excess digits are dropped from what was just typed, so that one never pushes out the last digit.
    const kept = Math.max(left - excess, 0);
    digits = (digits.slice(0, kept) + digits.slice(left)).slice(0, digits.length - excess);
    left = kept;
  }
  const text = groupDigits(digits, facts?.gaps ?? [4, 8, 12, 16]);
  return { text, caret: caretAfter(text, left) };
}

export function formatCvc(edit: Edit, lengthMax: number): Shown {
  const { digits, left } = takeEdit(edit);
  return { text: digits.slice(0, lengthMax), caret: Math.min(left, lengthMax) };
}

/** A name stays as it was typed, except that full-width letters (ＴＡＲＯ), which no card bears, become ASCII. */
export function formatName({ after, caret }: Edit): Shown {
  const text = foldName(after);
  return { text, caret: Math.min(foldName(after.slice(0, caret)).length, text.length) };
}

/** Cuts between characters, because half a surrogate pair is not a character. */
const foldName = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/\p{Cc}/gu, '')
    .slice(0, NAME_LENGTH_MAX)
    .replace(/[\ud800-\udbff]$/, '');

/** Month and year as far as they are typed: '', '1' or '01'; '', '2', '29'. */
export interface ExpiryParts {
  readonly month: string;
  readonly year: string;
}

export function formatExpiry(edit: Edit): Shown {
  const { digits, left } = takeEdit(edit);
  // An erased separator took a digit with it, so the raw text has one digit more than the field.
  const source = edit.erased === undefined || digits === digitsOf(edit.after) ? edit.after : digits;
  const text = showExpiry(source, edit.erased !== undefined);
  // A zero put before the month moves what the person typed, and the caret with it.
  const added = Math.max(digitsOf(text).length - digits.length, 0);
  return { text, caret: left === digits.length ? text.length : caretAfter(text, left + added) };
}

/**
 * Reads `1/29`, `0129`, `01 / 2029` and `2029-01`. A lone 1 may become 10 to 12, and a 2 may begin a year, so both
 * wait; any other single digit is a month.
 */
export function expiryParts(text: string): ExpiryParts {
  const plain = foldDigits(text);
  const [first = '', ...others] = plain.match(/\d+/g) ?? [];
  const digits = first + others.join('');
  // No card in use expires in 200x, so digits that begin with 20 are a year first, as in 2029-01.
  if (/^20/.test(first)) return isoParts(digits, /\d\D+$/.test(plain));
  const separated = first.length === 1 && first !== '0' && /\d\D/.test(plain);
  const padded = separated || /^([3-9]|1[3-9]|2[1-9])/.test(first) ? `0${digits}` : digits;
  const year = padded.slice(2);
  return { month: padded.slice(0, 2), year: /^20\d\d/.test(year) ? year.slice(2, 4) : year.slice(0, 3) };
}

/** Reads digits that begin with a year: `2029` and a month. Both stay empty until the month is unambiguous. */
function isoParts(digits: string, isEnded: boolean): ExpiryParts {
  const month = digits.slice(4, 6);
  if (/^([2-9]|0[1-9]|1[0-2])/.test(month) || (isEnded && month === '1')) {
    return { month: month.length === 1 || /^[2-9]/.test(month) ? `0${month[0]}` : month, year: digits.slice(2, 4) };
  }
  return { month: '', year: '' };
}

function showExpiry(source: string, erasing: boolean): string {
  const digits = digitsOf(source);
  const { month, year } = expiryParts(source);
  if (month === '') return digits.length > 4 ? `${digits.slice(0, 4)}-${digits.slice(4, 6)}` : digits;
  if (month.length < 2 || (erasing && year === '')) return month;
  // A third year digit is shown only while 20 may still become 20YY.
  return month + EXPIRY_SEPARATOR + (year.startsWith('20') ? year : year.slice(0, 2));
}

/** The digits after the edit, and how many of them are left of the caret. */
function takeEdit({ before, after, caret, erased }: Edit): { digits: string; left: number } {
  const digits = digitsOf(after);
  const left = digitsOf(after.slice(0, caret)).length;
  if (erased === undefined || after.length >= before.length || digits !== digitsOf(before)) return { digits, left };
  const cut = erased === 'backward' ? left - 1 : left;
  if (cut < 0) return { digits, left };
  return { digits: digits.slice(0, cut) + digits.slice(cut + 1), left: cut };
}

/** The caret position after `count` digits of `text`. */
function caretAfter(text: string, count: number): number {
  let seen = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (seen === count) return index;
    if (/\d/.test(text.charAt(index))) seen += 1;
  }
  return text.length;
}
