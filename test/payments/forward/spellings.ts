/**
 * Spells a card number or a security code as programs would: the encoders are those of Node, ICU and common languages,
 * composed at random. The list is made apart from the masker, so that the masker is tried on what it was not written for.
 */
import * as fc from 'fast-check';

/** Text → text; what a value passes through on its way back. */
type Layer = (text: string) => string;

const each = (text: string, write: (code: number, index: number) => string): string =>
  [...Buffer.from(text)].map(write).join('');
const eachUnit = (text: string, write: (unit: number) => string): string =>
  Array.from({ length: text.length }, (_, index) => write(text.charCodeAt(index))).join('');
const eachPoint = (text: string, write: (point: number) => string): string =>
  Array.from(text, (sign) => write(sign.codePointAt(0) ?? 0)).join('');
const wrapped = (text: string, width: number, end: string): string =>
  (text.match(new RegExp(`.{1,${width}}`, 'gsu')) ?? []).join(end);
const hexOf = (code: number, width = 2): string => code.toString(16).padStart(width, '0');
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const LAYERS: Readonly<Record<string, Layer>> = {
  'JSON text': (text) => JSON.stringify(text).slice(1, -1),
  'JSON in a JSON text': (text) => JSON.stringify(JSON.stringify({ echo: text })).slice(1, -1),
  '\\u': (text) => eachUnit(text, (unit) => `\\u${hexOf(unit, 4)}`),
  '\\U': (text) => eachUnit(text, (unit) => `\\u${hexOf(unit, 4).toUpperCase()}`),
  '\\u{}': (text) => eachPoint(text, (point) => `\\u{${point.toString(16)}}`),
  '\\x': (text) => each(text, (code) => `\\x${hexOf(code)}`),
  '\\X': (text) => each(text, (code) => `\\x${hexOf(code).toUpperCase()}`),
  octal: (text) => each(text, (code) => `\\${code.toString(8).padStart(3, '0')}`),
  'CSS escapes': (text) => eachPoint(text, (point) => `\\${hexOf(point, 6)}`),
  percent: (text) => each(text, (code) => `%${hexOf(code)}`),
  PERCENT: (text) => each(text, (code) => `%${hexOf(code).toUpperCase()}`),
  'percent twice': (text) => each(text, (code) => `%25${hexOf(code)}`),
  '%u': (text) => eachUnit(text, (unit) => `%u${hexOf(unit, 4)}`),
  encodeURIComponent: encodeURIComponent,
  form: (text) => new URLSearchParams({ x: text }).toString().slice(2),
  'decimal entities': (text) => eachUnit(text, (unit) => `&#${unit};`),
  'padded entities': (text) => eachUnit(text, (unit) => `&#${String(unit).padStart(7, '0')};`),
  'hex entities': (text) => eachUnit(text, (unit) => `&#x${unit.toString(16)};`),
  'HEX entities': (text) => eachUnit(text, (unit) => `&#X${hexOf(unit, 4).toUpperCase()};`),
  'escaped entities': (text) => eachUnit(text, (unit) => `&amp;#${unit};`),
  CDATA: (text) => `<![CDATA[${text}]]>`,
  'CDATA for each': (text) => Array.from(text, (sign) => `<![CDATA[${sign}]]>`).join(''),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 after one': (text) => Buffer.from(`>${text}?`).toString('base64'),
  'base64 after two': (text) => Buffer.from(`=>${text}?`).toString('base64'),
  'base64 in an object': (text) => Buffer.from(JSON.stringify({ echo: text })).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines': (text) => wrapped(Buffer.from(`${text}`).toString('base64'), 16, '\r\n'),
  'base64 in escaped lines': (text) => wrapped(Buffer.from(`line ${text}`).toString('base64'), 20, '\\n'),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'base64 of UTF-16BE': (text) => utf16be(text).toString('base64'),
  'data URL': (text) => `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
  'encoded word': (text) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`,
  'UTF-7': (text) => `+${utf16be(text).toString('base64').replace(/=+$/, '')}-`,
  hex: (text) => Buffer.from(text).toString('hex'),
  HEX: (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'hex with colons': (text) => [...Buffer.from(text)].map((code) => hexOf(code)).join(':'),
  'hex with spaces': (text) => [...Buffer.from(text)].map((code) => hexOf(code)).join(' '),
  'hex with dashes': (text) => [...Buffer.from(text)].map((code) => hexOf(code).toUpperCase()).join('-'),
  '0x, 0x': (text) => [...Buffer.from(text)].map((code) => `0x${hexOf(code)}`).join(', '),
  'one 0x': (text) => `0x${Buffer.from(text).toString('hex')}`,
  'hex of UTF-16': (text) => utf16be(text).toString('hex'),
  'an inspected Buffer': (text) => `<Buffer ${[...Buffer.from(text)].map((code) => hexOf(code)).join(' ')}>`,
  'a Buffer in JSON': (text) => JSON.stringify(Buffer.from(text)),
  'an array of codes': (text) => JSON.stringify([...Buffer.from(text)]),
  'a Uint8Array in JSON': (text) => JSON.stringify(new Uint8Array(Buffer.from(text))),
  'codes with spaces': (text) => [...Buffer.from(text)].join(' '),
  'calls of chr': (text) => [...Buffer.from(text)].map((code) => `chr(${code})`).join('.'),
  'an array of signs': (text) => JSON.stringify([...text]),
  'an object of signs': (text) => JSON.stringify({ ...[...text] }),
  'quoted-printable': (text) => each(text, (code) => `=${hexOf(code).toUpperCase()}`),
  'quoted-printable lines': (text) => wrapped(text.replaceAll('=', '=3D'), 5, '=\r\n'),
  'folded lines': (text) => wrapped(text, 10, '\r\n '),
  'a line of C': (text) => (text.includes('\\') ? text : wrapped(text, 7, '\\\n')),
  'joined texts': (text) => wrapped(text, 6, '" + "'),
};

type Digits = (value: string) => string;

const SEPARATORS = [' ', '-', '.', '/', '_', ',', ':', '|', '\t', '\n', '\u00a0', '\u2009', '\u2013', '\u30fb', ' - '];
const INVISIBLE = ['\u200b', '\u200c', '\u200d', '\u00ad', '\u2060', '\ufeff', '\u200e', '\u034f', '\ufe0f'];
const LOCALES = ['de', 'en', 'en-IN', 'fr', 'de-CH', 'ar-EG', 'fa', 'hi-IN-u-nu-deva', 'my', 'ja-u-nu-hanidec'];
/** The systems of ICU that have ten digits, in which a number is written digit by digit. */
const SYSTEMS = Intl.supportedValuesOf('numberingSystem').filter((system) =>
  /^\P{L}{10}$|^[一二三四五六七八九〇]{10}$/u.test(inSystem('1234567890', system)),
);

function inSystem(digits: string, system: string): string {
  const { format } = new Intl.NumberFormat(`en-u-nu-${system}`, { useGrouping: false });
  return [...digits].map((digit) => format(Number(digit))).join('');
}

const spread = (digits: string, between: string): string => [...digits].join(between);
const groups = (digits: string, width: number, between: string): string => wrapped(digits, width, between);

/** How a value is written before it is encoded. */
const anyScript: fc.Arbitrary<Digits> = fc
  .constantFrom(...SYSTEMS)
  .map((system) => (digits) => inSystem(digits, system));
const invisible: fc.Arbitrary<Digits> = fc.tuple(fc.constantFrom(...INVISIBLE), fc.nat({ max: 3 })).map(
  ([sign, width]) =>
    (digits) =>
      groups(digits, width + 1, sign),
);

export const codeSpelling: fc.Arbitrary<Digits> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Digits>((code) => code) },
  anyScript,
  invisible,
  fc.constantFrom<Digits>(
    (code) => `${code}.0`,
    (code) => `${code}n`,
    (code) => code.padStart(6, '0'),
    (code) => JSON.stringify([...code].map(Number)),
    (code) => JSON.stringify([...code]),
    (code) => spread(code, '-'),
    (code) => `CVV${code}`,
    (code) => `s:${code.length}:"${code}";`,
  ),
);

export const secretSpelling: fc.Arbitrary<Digits> = fc.constantFrom<Digits>(
  (secret) => secret,
  (secret) => `Bearer ${secret}`,
  (secret) => `user:${secret}`,
  (secret) => JSON.stringify({ key: secret }),
);

export const numberSpelling: fc.Arbitrary<Digits> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Digits>((number) => number) },
  { weight: 2, arbitrary: anyScript },
  invisible,
  fc.tuple(fc.constantFrom(...SEPARATORS), fc.integer({ min: 1, max: 8 })).map<Digits>(
    ([between, width]) =>
      (number) =>
        groups(number, width, between),
  ),
  fc.constantFrom(...LOCALES).map<Digits>((locale) => (number) => new Intl.NumberFormat(locale).format(BigInt(number))),
  fc.constantFrom<Digits>(
    (number) => Number(number).toExponential(),
    (number) => `${Number(number)}.00`,
    (number) => `${number}n`,
    (number) => number.padStart(19, '0'),
    (number) => [...number].reverse().join(''),
    (number) => `%B${number}^N/T^3012101?`,
    (number) => `;${number}=3012101?`,
    (number) => JSON.stringify([...number].map(Number)),
    (number) => JSON.stringify({ ...[...number].map(Number) }),
    (number) => JSON.stringify(groups(number, 4, ' ').split(' ')),
    (number) => spread(number, '</d><d>'),
    (number) => spread(number, ' <!-- --> '),
    (number) => spread(number, '&shy;'),
    (number) => groups(number, 8, '","pan2":"'),
    (number) => groups(number, 8, '</first8><last8>'),
    (number) => groups(number, 4, '&g2='),
    (number) => groups(number, 8, ' ').split(' ').reverse().join('","amount":4180,"first":"'),
  ),
);

type Echo = (value: string) => string;
const ECHOES: Readonly<Record<string, Echo>> = {
  'a JSON text': (value) => `{"id":"pay_8fJ2","status":"declined","echo":${JSON.stringify(value)},"amount":4180}`,
  'JSON as it is': (value) => `{"id":"pay_8fJ2","echo":"${value}","amount":4180}`,
  'bare JSON': (value) => `{"id":"pay_8fJ2","echo":${value},"amount":4180}`,
  'an element': (value) => `<?xml version="1.0"?><r><id>8fJ2</id><echo>${value}</echo></r>`,
  'an attribute': (value) => `<r id="8fJ2" echo="${value.replaceAll('"', '&quot;')}" amount="4180"/>`,
  'a form': (value) => `id=8fJ2&echo=${value}&amount=4180`,
  'a line': (value) => `2026-11-30T10:20:30Z declined (${value}) amount 4180\n`,
  alone: (value) => value,
};

/** A way to spell a value, and where it stands then. */
export interface Spelling {
  readonly how: string;
  readonly write: (value: string) => string;
}

/** Values written, encoded by as many layers as `depth` says, and put where an echo stands. */
export const spelling = (digits: fc.Arbitrary<Digits>, depth: number): fc.Arbitrary<Spelling> =>
  fc
    .tuple(
      digits,
      fc.array(fc.constantFrom(...Object.keys(LAYERS)), { minLength: depth, maxLength: depth }),
      fc.constantFrom(...Object.keys(ECHOES)),
    )
    .map(([writeDigits, layers, place]) => ({
      how: [...layers, place].join(' → '),
      write: (value) => {
        const text = layers.reduce((inner, name) => LAYERS[name]?.(inner) ?? inner, writeDigits(value));
        return ECHOES[place]?.(text) ?? text;
      },
    }));
