/**
 * What a text says once the encodings that people and programs write in are taken away: the digits of every script as
 * ASCII, escapes, entities, base64, hexadecimal, lists of character codes, one inside another. The guard of scan.ts
 * looks into each reading. Every pattern is bounded on its left, and depth and number of readings have a ceiling, so the
 * work grows with the length of the text and no faster. Safe in a browser.
 */

/** How many encodings may lie inside each other. */
const DEPTH_MAX = 4;
/** Hostile texts change under every decoder; texts that people and programs write have fewer than ten readings. */
const READINGS_MAX = 24;
/** Fewer digits are not a card number in any encoding. */
const DIGITS_MIN = 13;

/** Stands for what is not text, and ends a number as any letter does. */
const BREAK = 'x';

/** The text in plain digits first, then each of its decoded forms that differs. */
export function readingsOf(text: string): readonly string[] {
  // The numeral 一 is typed for a dash, too.
  const readings = new Set([text, text.replaceAll('一', '-')].map(plainText));
  let latest = [...readings];
  for (let depth = 0; depth < DEPTH_MAX && latest.length > 0; depth += 1) {
    const found: string[] = [];
    for (const reading of latest) {
      for (const decode of DECODERS) {
        const text = decode(reading);
        if (text === reading || readings.size >= READINGS_MAX) continue;
        const decoded = plainText(text);
        if (decoded === '' || readings.has(decoded)) continue;
        readings.add(decoded);
        found.push(decoded);
      }
    }
    latest = found;
  }
  return [...readings];
}

/** What is not seen: marks, format characters such as zero-width spaces, control characters, fillers. */
const UNSEEN = /(?![\t\n\v\f\r\x85])[\p{M}\p{Cf}\p{Cc}\u115f\u1160\u2800]/gu;
const OTHER_DIGITS = /[^\P{Nd}0-9]|[❶-❾➀-➈➊-➒⓵-⓽〡-〩⓿🄋🄌]/gu;
/** Signs of digits that Unicode knows as no digits: the first of a row, and its value. */
const SIGNS: readonly (readonly [first: number, value: number])[] = [
  [0x2776, 1],
  [0x2780, 1],
  [0x278a, 1],
  [0x24f5, 1],
  [0x3021, 1],
  [0x24ff, 0],
  [0x1f10b, 0],
  [0x1f10c, 0],
];
const NUMERALS = '〇一二三四五六七八九';

/** The digits of every script as ASCII, without what is not seen; full-width and circled characters as plain ones. */
export const plainText = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(UNSEEN, '')
    .replace(OTHER_DIGITS, digitOf)
    .replace(/[〇零一二三四五六七八九]/g, (numeral) => String(Math.max(NUMERALS.indexOf(numeral), 0)));

/** The value of a decimal digit: Unicode lists those of each script in a row, from zero to nine. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const sign = SIGNS.find(
    ([first, value]) => code >= first && code < first + 10 - value && !(value === 0 && code > first),
  );
  if (sign !== undefined) return String(code - sign[0] + sign[1]);
  let zero = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String((code - zero) % 10);
}

type Decoder = (text: string) => string;

/**
 * In an order that lets one pass undo most of what is nested. Those that would spoil a text written in another way,
 * as quoted-printable does with `a=42`, stand by themselves.
 */
const DECODERS: readonly Decoder[] = [
  (text) => ESCAPES.reduce((rest, [pattern, write]) => rest.replace(pattern, write), text),
  (text) => text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, code: string) => character(code, 16)),
  (text) => text.replace(/\\{1,8}([2-7][0-9a-f])(?![0-9a-f]) ?/gi, (_, code: string) => character(code, 16)),
  fromBase64,
  fromHex,
  ...[10, 8, 2].map((radix) => (text: string) => fromCodes(text, radix)),
];

function character(code: string, radix: number): string {
  const value = Number.parseInt(code, radix);
  return value <= 0x10ffff ? String.fromCodePoint(value) : BREAK;
}

/**
 * Escapes without another meaning. A backslash, percent sign or ampersand may have been escaped any number of times.
 */
const ESCAPES: readonly (readonly [
  pattern: RegExp,
  write: (match: string, code: string, ...more: string[]) => string,
])[] = [
  // Of URLs: %34, %u0034.
  [/(?:%[0-9a-f]{2})+/gi, (match) => fromPercent(match)],
  [/%u([0-9a-f]{4})/gi, (_, code) => character(code, 16)],
  // Of JSON, C, Python, CSS and Rust: \u0034, \x34, \u{34}, \064.
  [/\\{1,8}u([0-9a-f]{4})/gi, (_, code) => character(code, 16)],
  [/\\{1,8}[ux]\{([0-9a-f]{1,6})\}/gi, (_, code) => character(code, 16)],
  [/\\{1,8}x([0-9a-f]{2})/gi, (_, code) => character(code, 16)],
  [
    /(?:\\{1,8}[0-3][0-7]{2}){4,}/g,
    (match) => match.replace(/\\{1,8}([0-7]{3})/g, (_, code: string) => character(code, 8)),
  ],
  [/\\{1,8}[nrt]/g, () => '\n'],
  // Of HTML: &#52;, &#x34;, &nbsp;, and tags.
  [/&(?:amp;){0,4}#(\d{1,10});?/gi, (_, code) => character(code, 10)],
  [/&(?:amp;){0,4}#x([0-9a-f]{1,8});?/gi, (_, code) => character(code, 16)],
  [/&(?:amp;){0,4}[a-z]{2,31};/gi, () => ' '],
  [/<[/!]?[a-z-][^<>]{0,200}>/gi, () => ' '],
  // U+0034, as people name a character.
  [/\bU\+([0-9a-f]{4,6})(?: |\b)/gi, (_, code) => character(code, 16)],
  // 1.5E15, as programs print a large number.
  [
    /(\d)\.(\d{1,18})e\+?(1[2-8])(?!\d)/gi,
    (match, first, rest = '', exponent = '') =>
      rest.length > Number(exponent) ? match : first + rest.padEnd(Number(exponent), '0'),
  ],
];

const utf8 = new TextDecoder();

/** As UTF-8, or as Latin-1 where it is invalid UTF-8. */
function fromPercent(escapes: string): string {
  const bytes = [...escapes.matchAll(/%([0-9a-f]{2})/gi)].map(([, code = '']) => Number.parseInt(code, 16));
  const text = utf8.decode(Uint8Array.from(bytes));
  return text.includes('\ufffd') ? bytes.map((byte) => String.fromCharCode(byte)).join('') : text;
}

/** The texts inside words of base64, also where a path or a name runs on into them. */
function fromBase64(text: string): string {
  const words = text.replace(/[\r\n]+[ \t]*/g, '').match(/[A-Za-z0-9+/_-]{18,}/g) ?? [];
  return words.flatMap((word) => textsIn(word, SIXES, 6, [0, 1, 2, 3])).join(BREAK);
}

/** The texts inside hexadecimal, in one word or with anything between the bytes: `34 32`, `34:32`, `0x34, 0x32`. */
function fromHex(text: string): string {
  const words = text.replace(/(?<=[0-9a-f])[^0-9a-z]{1,3}(?:0x)?(?=[0-9a-f])/gi, '').match(/[0-9a-f]{26,}/gi) ?? [];
  return words.flatMap((word) => textsIn(word, FOURS, 4, [0, 1])).join(BREAK);
}

/** The value of each character of an encoding, by its code. */
function valuesOf(...alphabets: readonly string[]): Uint8Array {
  const values = new Uint8Array(128);
  for (const alphabet of alphabets) {
    for (let value = 0; value < alphabet.length; value += 1) values[alphabet.charCodeAt(value)] = value;
  }
  return values;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const SIXES = valuesOf(
  `${LETTERS}${LETTERS.toLowerCase()}0123456789+/`,
  `${LETTERS}${LETTERS.toLowerCase()}0123456789-_`,
);
const FOURS = valuesOf('0123456789abcdef', '0123456789ABCDEF');

/** What can be read in a word from each of these offsets: UTF-8, or UTF-16 of which every other byte is zero. */
function textsIn(word: string, values: Uint8Array, bits: number, offsets: readonly number[]): string[] {
  return offsets.flatMap((offset) => partsOf(bytesOf(word, offset, values, bits)));
}

function bytesOf(word: string, offset: number, values: Uint8Array, bits: number): Uint8Array {
  const bytes = new Uint8Array(((word.length - offset) * bits) >> 3);
  let count = 0;
  let held = 0;
  let heldBits = 0;
  for (let index = offset; index < word.length; index += 1) {
    held = ((held << bits) | (values[word.charCodeAt(index)] ?? 0)) & 0xfff;
    heldBits += bits;
    if (heldBits < 8) continue;
    heldBits -= 8;
    const byte = (held >> heldBits) & 0xff;
    if (byte !== 0) bytes[count++] = byte;
  }
  return bytes.subarray(0, count);
}

/** Random bytes hold no text: between its breaks too few characters stand for a number. */
const partsOf = (bytes: Uint8Array): string[] =>
  utf8
    .decode(bytes)
    .split(/(?:\ufffd|(?![\t\n\v\f\r])\p{Cc})+/u)
    .filter((part) => part.length >= DIGITS_MIN);

/** The characters of a list of codes: `52, 50, 52, 50`. */
function fromCodes(text: string, radix: number): string {
  const lists = text.split(/\p{L}+/u).map((part) => part.match(/\d+/g) ?? []);
  return lists
    .filter(({ length }) => length >= DIGITS_MIN)
    .map((list) => list.map((code) => ofCode(code, radix)).join(''))
    .join(BREAK);
}

function ofCode(number: string, radix: number): string {
  const code = number.length <= 8 && (radix > 2 || /^[01]+$/.test(number)) ? Number.parseInt(number, radix) : 0;
  return code >= 9 && code < 127 ? String.fromCharCode(code) : BREAK;
}
