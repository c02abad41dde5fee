/**
 * Searches bytes for card numbers and security codes in every form in which one could have been written down.
 *
 * A card number is long enough to be looked for by itself: plain, grouped, reversed, escaped, encoded, packed, and any
 * ten digits in a row of it, since more than BIN and last four may not be shown (V3). Base64 has three alignments; it
 * never differs from base64url here, because no three bytes of ASCII digits encode to `+` or `/`.
 *
 * Three digits occur everywhere by chance, in times, lengths and random ids. A security code therefore counts where it
 * stands as a whole value (between quotes or tags, after `=`, alone in a source), close behind a word that names it,
 * or where a named one was encoded together with its name.
 */
import { ALL_CARDS, grouped, type LeakCard } from './cards.ts';

/** What was collected, and where. */
export interface LeakSource {
  readonly kind: string;
  readonly name: string;
  readonly bytes: Buffer;
}

/** A find names the card, never its digits: it ends up in a test's output. */
export interface Hit {
  readonly kind: string;
  readonly name: string;
  readonly card: string;
  readonly form: string;
}

/** Form → how a card number looks in it, as one or more byte strings. */
export const NUMBER_FORMS: Readonly<Record<string, (number: string) => readonly Buffer[]>> = {
  plain: (number) => [Buffer.from(number)],
  spaces: (number) => [Buffer.from(grouped(number, ' '))],
  'no-break spaces': (number) => [Buffer.from(grouped(number, '\u00a0'))],
  dashes: (number) => [Buffer.from(grouped(number, '-'))],
  reversed: (number) => [Buffer.from([...number].reverse().join(''))],
  base64: (number) => ['', ' ', '-'].flatMap((separator) => base64Alignments(grouped(number, separator))),
  hex: (number) =>
    ['', ' ', '-'].flatMap((separator) => eachCase(Buffer.from(grouped(number, separator)).toString('hex'))),
  'JSON escapes': (number) => [escaped(number, (code) => `\\u00${code.toString(16)}`)],
  'percent escapes': (number) => [escaped(number, (code) => `%${code.toString(16)}`)],
  'HTML escapes': (number) => [
    escaped(number, (code) => `&#${code};`),
    escaped(number, (code) => `&#x${code.toString(16)};`),
  ],
  'UTF-16': (number) => [Buffer.from(number, 'utf16le'), Buffer.from(number, 'utf16le').swap16()],
  // As ISO 8583 and magnetic stripes pack it: two digits a byte, an odd one filled up on either side.
  'packed decimal': (number) =>
    (number.length % 2 === 0 ? [number] : [`0${number}`, `${number}f`]).map((text) => Buffer.from(text, 'hex')),
  'ten digits of it': (number) =>
    Array.from({ length: number.length - 9 }, (_, start) => number.slice(start, start + 10))
      .filter((part) => new Set(part).size >= 4)
      .map((part) => Buffer.from(part)),
};

/** Form → a pattern with the security codes in place of `CODE`, on bytes read as Latin-1. */
export const CODE_FORMS: Readonly<Record<string, string>> = {
  'whole value': '(?:\\\\?["\'`>]|[=\\t])(CODE)(?=\\\\?["\'`<&;\\s]|$)',
  named: '(?:cvc|cvv|cvn|csc|cid|security.?code)[^0-9]{0,16}(CODE)(?![0-9])',
  alone: '^\\s*(CODE)\\s*$',
  'UTF-16 value': '"\\0(UTF16)"\\0',
  'base64 value': '["\'>=](BASE64)["\'<&]',
  'hex value': '["\'>=](HEX)["\'<&]',
};

interface Needle {
  readonly card: string;
  readonly form: string;
  readonly bytes: Buffer;
}

export type Search = (sources: Iterable<LeakSource>) => Hit[];

export function searchFor(cards: Readonly<Record<string, LeakCard>> = ALL_CARDS): Search {
  const needles = [...numberNeedles(cards), ...namedCodeNeedles(cards)];
  const patterns = codePatterns(cards);
  return (sources) => [...sources].flatMap((source) => [...needleHits(source, needles), ...codeHits(source, patterns)]);
}

function* numberNeedles(cards: Readonly<Record<string, LeakCard>>): Generator<Needle> {
  for (const [card, { number }] of Object.entries(cards)) {
    for (const [form, write] of Object.entries(NUMBER_FORMS)) {
      for (const bytes of write(number)) yield { card, form, bytes };
    }
  }
}

/** A code encoded together with its name, as when a whole card was. */
function* namedCodeNeedles(cards: Readonly<Record<string, LeakCard>>): Generator<Needle> {
  for (const [card, { cvc }] of Object.entries(cards)) {
    for (const text of [`"cvc":"${cvc}"`, `"cvc": "${cvc}"`, `cvc=${cvc}`]) {
      for (const bytes of base64Alignments(text)) yield { card, form: 'code in base64', bytes };
      for (const bytes of eachCase(Buffer.from(text).toString('hex'))) yield { card, form: 'code in hex', bytes };
    }
  }
}

function needleHits({ kind, name, bytes }: LeakSource, needles: readonly Needle[]): Hit[] {
  return needles.filter((needle) => bytes.includes(needle.bytes)).map(({ card, form }) => ({ kind, name, card, form }));
}

interface CodePattern {
  readonly form: string;
  readonly pattern: RegExp;
  /** What the pattern captures → the card. */
  readonly cardOf: ReadonlyMap<string, string>;
}

function codePatterns(cards: Readonly<Record<string, LeakCard>>): CodePattern[] {
  const encodings: Readonly<Record<string, (code: string) => string>> = {
    UTF16: (code) => [...code].map((digit) => `${digit}\0`).join(''),
    BASE64: (code) => Buffer.from(code).toString('base64'),
    HEX: (code) => Buffer.from(code).toString('hex'),
    CODE: (code) => code,
  };
  return Object.entries(CODE_FORMS).map(([form, text]) => {
    const place = Object.keys(encodings).find((name) => text.includes(`(${name})`)) ?? 'CODE';
    const write = encodings[place] ?? String;
    const cardOf = new Map(Object.entries(cards).map(([card, { cvc }]) => [write(cvc), card]));
    const codes = [...cardOf.keys()].map((code) => code.replaceAll(/[+/=]/g, '\\$&'));
    return { form, pattern: new RegExp(text.replace(place, codes.join('|')), 'gi'), cardOf };
  });
}

/** A token’s hash, as `cvc_record` holds it: three of its digits are a code by chance. */
const HASH = /(?<!\w)[0-9a-f]{64}(?!\w)/g;

function codeHits({ kind, name, bytes }: LeakSource, patterns: readonly CodePattern[]): Hit[] {
  const text = bytes.toString('latin1').replaceAll(HASH, 'hash');
  return patterns.flatMap(({ form, pattern, cardOf }) =>
    [...text.matchAll(pattern)].flatMap(([, code = '']) => {
      const card = cardOf.get(code);
      return card === undefined ? [] : [{ kind, name, card, form }];
    }),
  );
}

/** The characters that any text with this one inside has in base64, at each of the three alignments. */
function base64Alignments(text: string): Buffer[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.from('\0'.repeat(shift) + text).toString('base64');
    const clean = encoded.replace(/=+$/, '');
    // The first characters mix in what stands before, the last one what stands after.
    const isWhole = (shift + text.length) % 3 === 0;
    return Buffer.from(clean.slice(Math.ceil((shift * 4) / 3), isWhole ? undefined : -1));
  });
}

const eachCase = (hex: string): Buffer[] => [...new Set([hex, hex.toUpperCase()])].map((text) => Buffer.from(text));

const escaped = (number: string, write: (code: number) => string): Buffer =>
  Buffer.from([...number].map((digit) => write(digit.charCodeAt(0))).join(''));
