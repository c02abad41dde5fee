/**
 * Masks card data and secrets in a response (V1): the card number in any form in which a program would echo it, the
 * security code where a field is named for it, and the merchant's secrets. A text that cannot be masked with certainty
 * is withheld (`null`).
 */
import { foldDigits } from '../../card/number.ts';

export interface Confidence {
  /** Absent where it was not sent. */
  readonly number?: string | undefined;
  /** Absent where it was not sent. */
  readonly cvc?: string | undefined;
  readonly secrets: readonly string[];
}

const MASK = '[masked]';
/** Shorter secrets occur in any text by chance. */
const SECRET_LENGTH_MIN = 8;
/** Separators between two digits of a number that is grouped or wrapped. */
const SEPARATOR = '(?:[^0-9A-Za-z]|&#(?:32|160|45);|%20|%2[dD]|\\\\u00[aA]0){0,3}';
/** Names that PSPs give to fields with a security code. */
const CVC_NAME =
  '(?:cvc|cvv|cvn|csc|cvd|cid|card_?code|security[ _-]?code|verification[ _-]?(?:code|value|number))[A-Za-z0-9_]{0,12}';

export type Masker = (text: string) => string | null;

export function makeMasker({ number, cvc, secrets }: Confidence): Masker {
  const sealed = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN).flatMap(secretForms);
  const code = cvc === undefined ? null : codePattern(cvc);
  const always: Masker = (text) => {
    const masked = sealed.reduce((left, pattern) => left.replace(pattern, MASK), text);
    return code === null ? masked : masked.replace(code, `$1${'*'.repeat(3)}`);
  };
  if (number === undefined) return always;
  const patterns = [
    // An encoded text that holds the number is likely the whole request, security code included: all of it goes.
    new RegExp(`[A-Za-z0-9+/_-]*(?:${base64Cores(number).join('|')})[A-Za-z0-9+/_=-]*`, 'g'),
    new RegExp(`[0-9a-f]*${Buffer.from(number).toString('hex')}[0-9a-f]*`, 'gi'),
  ];
  const plain = new RegExp([...number].map(digitForms).join(SEPARATOR), 'g');
  return (text) => {
    let masked = always(text) ?? '';
    for (const pattern of patterns) masked = masked.replace(pattern, MASK);
    masked = masked.replace(plain, `${'*'.repeat(number.length - 4)}${number.slice(-4)}`);
    return stillHolds(masked, number) ? null : masked;
  };
}

/** `4`, `４`, `\u0034`, `&#52;`, `&#x34;`, `%34`. */
function digitForms(digit: string): string {
  const code = digit.charCodeAt(0);
  const hex = code.toString(16);
  const wide = String.fromCharCode(code - 0x30 + 0xff10);
  return `(?:${digit}|${wide}|\\\\u00${hex}|&#(?:${code}|[xX]${hex});|%${hex})`;
}

/** The base64 that any longer text with this one contains, at each of the three offsets. */
function base64Cores(text: string): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.from('\0'.repeat(offset) + text)
      .toString('base64')
      .replace(/=+$/, '');
    const isWhole = (offset + text.length) % 3 === 0;
    return encoded.slice(offset === 0 ? 0 : offset + 1, isWhole ? undefined : -1);
  });
}

function secretForms(secret: string): RegExp[] {
  const forms = [
    secret,
    Buffer.from(secret).toString('base64'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
  return [...new Set(forms)].map((form) => new RegExp(form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'g'));
}

/** `"cvc": "123"`, `cvv=123`, `<card:SecurityCode>123`, `card[cvc]=123`. */
const codePattern = (cvc: string): RegExp =>
  new RegExp(`(${CVC_NAME}["'\\]\\\\]*\\s*(?:[:=>]|%3[dD]|%5[dD]=)\\s*\\\\?["']?)${cvc}(?![0-9])`, 'gi');

/** Whether the text still holds the number's digits, with anything between them. */
const stillHolds = (text: string, number: string): boolean =>
  foldDigits(text).replace(/\D/g, '').includes(number) || unescaped(text).includes(number);

/** Removes two layers of percent encoding and everything except digits. */
const unescaped = (text: string): string =>
  text
    .replace(/%25/g, '%')
    .replace(/%3([0-9])/g, '$1')
    .replace(/\D/g, '');
