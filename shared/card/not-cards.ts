/**
 * Forms of other numbers than cards, although their digits may fit a card: the guard of scan.ts lets text in these
 * forms pass. docs/reference/card-data.md lists them for merchants. Safe in a browser.
 */

/** Stands for what was taken out, and ends a number as any letter does. */
const BREAK = 'x';

const DIGEST_LENGTHS = [32, 40, 56, 64, 96, 128];

/** Not the end of a longer number in groups. */
const APART = '(?<!\\d[-/.]?)';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const MONTH = '(?:0?[1-9]|1[0-2])';
const YEAR = '(?:19|20)\\d\\d';
const TIME = '(?:[T ,]{1,2}(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:[.,]\\d{1,9})?)?(?: ?[+-]\\d\\d:?\\d\\d)?)?';

/** A form, and what a match must hold beyond it. */
const FORMS: readonly (readonly [pattern: RegExp, holds?: (match: string) => boolean])[] = [
  // A UUID of RFC 9562 with a letter: its letters cut the digits into groups that may look like a card's.
  [/(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}(?![0-9a-z])/gi, hasLetters(1)],
  // A digest in hexadecimal: a whole word of one of their lengths with letters of one case.
  [
    /(?<![0-9a-z])(?:[0-9a-f]{32,128}|[0-9A-F]{32,128})(?![0-9a-z])/g,
    (match) => DIGEST_LENGTHS.includes(match.length) && hasLetters(4)(match),
  ],
  // A date with separators, and its time.
  [new RegExp(`${APART}${YEAR}([-/.])${MONTH}\\1${DAY}${TIME}(?![-/.]?\\d)`, 'g')],
  [new RegExp(`${APART}${DAY}([-/.])${MONTH}\\1${YEAR}${TIME}(?![-/.]?\\d)`, 'g')],
  // A date without separators, and eight to twelve digits more: a time, a serial number.
  [/(?<!\d)20[2-9]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{8,12}(?!\d)/g],
  // An address of IPv4.
  [/(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g],
  // Order numbers: Amazon's, and Rakuten's of shop, date and serial number.
  [/(?<![\d-])(?:\d{3}-\d{7}-\d{7}|\d{6}-20\d{6}-\d{8}(?:\d\d)?)(?![\d-])/g],
  // Latitude and longitude, also with the zoom of a map behind them.
  [/(?<![\d.]|\d[,; ] ?)[1-8]?\d\.\d{3,15}(?:[,;] ?| )-?1?\d{1,2}\.\d{3,15}(?:,\d{1,2}z|(?![\d.]|[,; ] ?\d))/g],
  // A postcode of Japan behind its sign, and a telephone number of Japan with hyphens, of ten digits or eleven.
  [/〒 ?\d{3}-?\d{4}(?![\d-])/g],
  [/(?<![\d-])0\d{1,4}-\d{1,4}-\d{3,4}(?![\d-])/g, (match) => [10, 11].includes(match.replaceAll('-', '').length)],
];

function hasLetters(count: number): (match: string) => boolean {
  return (match) => match.replace(/[^a-z]/gi, '').length >= count;
}

export const withoutForms = (text: string): string =>
  FORMS.reduce(
    (rest, [pattern, holds]) => rest.replace(pattern, (match) => (holds === undefined || holds(match) ? BREAK : match)),
    text,
  );

/** Thirteen digits with the check digit of GS1 (EAN, JAN, ISBN), or of a Japanese corporate number, 法人番号. */
export const isBarcodeOrCompany = (digits: string): boolean =>
  weighted(digits, [1, 3]) % 10 === 0 || 9 - (weighted(digits.slice(1), [2, 1]) % 9) === Number(digits[0]);

const weighted = (digits: string, weights: readonly [number, number]): number =>
  [...digits].reduce((sum, digit, index) => sum + Number(digit) * (weights[index % 2] ?? 1), 0);
