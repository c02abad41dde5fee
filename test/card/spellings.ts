/**
 * How people and programs write a card number, in five independent choices: the digits of a script, the groups, what
 * stands between them, what is glued to the number, and how a program encoded the whole. Written from what shoppers type
 * and programs print, not from what the guard looks for.
 */
import * as fc from 'fast-check';

type Write = (digits: string) => string;
type Rows = Readonly<Record<string, Write>>;

const eachDigit =
  (write: (digit: number) => string): Write =>
  (text) =>
    text.replace(/[0-9]/g, (digit) => write(Number(digit)));
const from = (zero: number) => eachDigit((digit) => String.fromCodePoint(zero + digit));

export const SCRIPTS: Rows = {
  ASCII: (text) => text,
  'full-width': from(0xff10),
  Arabic: from(0x660),
  Persian: from(0x6f0),
  Devanagari: from(0x966),
  Bengali: from(0x9e6),
  Thai: from(0xe50),
  Khmer: from(0x17e0),
  Myanmar: from(0x1040),
  Tibetan: from(0xf20),
  'Adlam, beyond the first plane': from(0x1e950),
  'bold of mathematics': from(0x1d7ce),
  subscript: from(0x2080),
  superscript: eachDigit((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(digit)),
  circled: eachDigit((digit) => '⓪①②③④⑤⑥⑦⑧⑨'.charAt(digit)),
  'circled, in negative': eachDigit((digit) => '⓿❶❷❸❹❺❻❼❽❾'.charAt(digit)),
  'circled twice': eachDigit((digit) => '⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽'.charAt(digit)),
  'Suzhou numerals': eachDigit((digit) => '〇〡〢〣〤〥〦〧〨〩'.charAt(digit)),
  'Chinese and Japanese numerals': eachDigit((digit) => '〇一二三四五六七八九'.charAt(digit)),
  'keycaps of emoji': eachDigit((digit) => `${digit}\ufe0f\u20e3`),
  'digits with a mark on each': eachDigit((digit) => `${digit}\u0332`),
};

const groups =
  (...sizes: readonly number[]) =>
  (digits: string): string[] => {
    const parts: string[] = [];
    let at = 0;
    for (let index = 0; at < digits.length; index += 1) {
      const size = sizes[index] ?? sizes.at(-1) ?? digits.length;
      parts.push(digits.slice(at, at + size));
      at += size;
    }
    return parts;
  };

export const GROUPS: Readonly<Record<string, (digits: string) => string[]>> = {
  'by fours': groups(4),
  'as on American Express': groups(4, 6, 5),
  'as on Diners Club': groups(4, 6, 4),
  'in halves of eight': groups(8),
  'issuer and the rest': groups(6, 13),
  'issuer, account, last four': (digits) => [digits.slice(0, 6), digits.slice(6, -4), digits.slice(-4)],
  'digit by digit': groups(1),
  'by twos': groups(2),
  'by threes': groups(3),
  'by fives': groups(5),
  'by sixes': groups(6),
  'as thousands': (digits) => {
    const first = digits.length % 3 || 3;
    return [digits.slice(0, first), ...groups(3)(digits.slice(first))];
  },
};

export const SEPARATORS: Readonly<Record<string, string>> = {
  space: ' ',
  'two spaces': '  ',
  'no-break space': '\u00a0',
  'narrow no-break space': '\u202f',
  'thin space': '\u2009',
  'ideographic space': '\u3000',
  tab: '\t',
  'line break': '\n',
  'line break of Windows': '\r\n',
  'zero-width space': '\u200b',
  'zero-width joiner': '\u200d',
  'word joiner': '\u2060',
  'soft hyphen': '\u00ad',
  'mark of direction': '\u200e',
  'isolate of direction': '\u2066',
  'byte-order mark': '\ufeff',
  'Hangul filler': '\u3164',
  'braille blank': '\u2800',
  hyphen: '-',
  'hyphen with spaces': ' - ',
  'hyphen of Unicode': '\u2010',
  'en dash': '\u2013',
  'em dash with spaces': ' \u2014 ',
  minus: '\u2212',
  'full-width hyphen': '\uff0d',
  'prolonged sound mark': '\u30fc',
  'tatweel of Arabic': '\u0640',
  'vowel of Korean for a dash': '\u3161',
  'dot of Korean': '\u318d',
  'stroke for a bar': '\u4e28',
  dot: '.',
  'dot with space': '. ',
  'middle dot': '\u00b7',
  'middle dot of Japanese': '\u30fb',
  'full stop of Japanese': '\u3002',
  bullet: '\u2022',
  slash: '/',
  'slash with spaces': ' / ',
  backslash: '\\',
  underscore: '_',
  colon: ':',
  comma: ',',
  'comma with space': ', ',
  'comma of Japanese': '\u3001',
  semicolon: ';',
  bar: '|',
  star: '*',
  plus: '+',
  equals: '=',
  tilde: '~',
  hash: '#',
  'quotes and comma': '","',
  parentheses: ')(',
  brackets: '][',
  arrow: '->',
};

const ascii = (text: string, write: (code: number) => string): string =>
  [...text].map((character) => write(character.codePointAt(0) ?? 0)).join('');
const hex = (code: number, width = 2): string => code.toString(16).padStart(width, '0');
const bytes = (text: string, encoding?: BufferEncoding): Buffer => Buffer.from(text, encoding);
const base64 = (text: string): string => bytes(text).toString('base64');

/** How a program writes a text that holds the number. */
export const ENCODINGS: Rows = {
  'as it is': (text) => text,
  'as a component of a URL': encodeURIComponent,
  'as a component of a URL, twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  'as a field of a form': (text) => new URLSearchParams({ note: text }).toString(),
  'percent, every byte': (text) => [...bytes(text)].map((byte) => `%${hex(byte)}`).join(''),
  'percent, every byte, twice': (text) => [...bytes(text)].map((byte) => `%25${hex(byte)}`).join(''),
  'percent of old scripts': (text) =>
    text
      .split('')
      .map((unit) => unit.charCodeAt(0))
      .map((code) => (code > 0xff ? `%u${hex(code, 4)}` : `%${hex(code)}`))
      .join(''),
  'escapes of JSON': (text) => [...text.split('')].map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`).join(''),
  'escapes of JSON in JSON': (text) => [...text.split('')].map((unit) => `\\\\u${hex(unit.charCodeAt(0), 4)}`).join(''),
  'escapes with braces': (text) => ascii(text, (code) => `\\u{${hex(code)}}`),
  'entities, decimal': (text) => ascii(text, (code) => `&#${code};`),
  'entities, decimal with zeros': (text) => ascii(text, (code) => `&#${String(code).padStart(7, '0')};`),
  'entities, hexadecimal': (text) => ascii(text, (code) => `&#x${hex(code)};`),
  'entities escaped again': (text) => ascii(text, (code) => `&amp;#${code};`),
  base64: base64,
  'base64 without padding': (text) => base64(text).replaceAll('=', ''),
  'base64 of URLs': (text) => bytes(text).toString('base64url'),
  'base64 of a longer text': (text) => base64(JSON.stringify({ order: 1, note: text, ok: true })),
  'base64 in a path': (text) => `/a/b/${bytes(text).toString('base64url')}/c`,
  'base64 in a data URL': (text) => `data:text/plain;base64,${base64(text)}`,
  'base64, percent-encoded': (text) => encodeURIComponent(base64(text)),
  'base64 twice': (text) => base64(base64(text)),
  'base64 in lines': (text) => (base64(`note: ${text}`).match(/.{1,8}/g) ?? []).join('\r\n'),
  'JSON inside JSON': (text) => JSON.stringify(JSON.stringify({ note: text })),
  'an element of XML': (text) => `<note>${text}</note>`,
};

/** Those that write single bytes, for texts of ASCII. */
export const BYTE_ENCODINGS: Rows = {
  'escapes of bytes': (text) => ascii(text, (code) => `\\x${hex(code)}`),
  'escapes, octal': (text) => ascii(text, (code) => `\\${code.toString(8).padStart(3, '0')}`),
  'escapes of CSS': (text) => ascii(text, (code) => `\\${hex(code)} `),
  'quoted-printable': (text) => ascii(text, (code) => `=${hex(code).toUpperCase()}`),
  'code points': (text) => ascii(text, (code) => `U+${hex(code, 4)} `),
  hexadecimal: (text) => bytes(text).toString('hex'),
  'hexadecimal, upper case': (text) => bytes(text).toString('hex').toUpperCase(),
  'hexadecimal with spaces': (text) => ascii(text, (code) => `${hex(code)} `),
  'hexadecimal with colons': (text) => [...bytes(text)].map((byte) => hex(byte)).join(':'),
  'hexadecimal with hyphens': (text) => [...bytes(text)].map((byte) => hex(byte)).join('-'),
  'hexadecimal of programs': (text) => [...bytes(text)].map((byte) => `0x${hex(byte)}`).join(', '),
  'a dump of hexadecimal': (text) =>
    `${bytes(text)
      .toString('hex')
      .match(/.{1,4}/g)
      ?.join(' ')}`,
  'hexadecimal of a longer text': (text) => bytes(JSON.stringify({ order: 1, note: text })).toString('hex'),
  'hexadecimal of UTF-16': (text) => bytes(text, 'utf16le').toString('hex'),
  'base64 of UTF-16': (text) => bytes(text, 'utf16le').toString('base64'),
  'codes, decimal': (text) => [...bytes(text)].join(', '),
  'a Buffer of Node': (text) => JSON.stringify(bytes(text)),
  'codes, octal': (text) => [...bytes(text)].map((byte) => byte.toString(8)).join(' '),
  'codes, binary': (text) => [...bytes(text)].map((byte) => byte.toString(2).padStart(8, '0')).join(' '),
};

/** What is glued to the number, or stands beside it. */
export const PADDINGS: Rows = {
  nothing: (number) => number,
  'zeros to 19': (number) => number.padStart(19, '0'),
  'zeros to 24': (number) => number.padStart(24, '0'),
  'zeros after': (number) => number.padEnd(24, '0'),
  'a digit before': (number) => `7${number}`,
  'a digit after': (number) => `${number}1`,
  'digits around': (number) => `73${number}91`,
  'an expiry after': (number) => `${number}1230`,
  'an expiry and a code after': (number) => `${number}1230737`,
  'as on the second track': (number) => `;${number}=3012101${'0'.repeat(13)}?`,
  'as on the first track': (number) => `%B${number}^TEST/CARD^3012101${'0'.repeat(10)}?`,
  'a word before': (number) => `PAN${number}`,
  'a word after': (number) => `${number}JPY`,
  'a Korean word before': (number) => `카드번호${number}입니다`,
  'Japanese brackets': (number) => `【${number}】`,
  'a sign before': (number) => `#${number}`,
  'a plus before': (number) => `+${number}`,
  'a quantity before': (number) => `2 x ${number}`,
  quotes: (number) => `"${number}"`,
  'a sentence': (number) => `Please charge ${number}, thanks.`,
  'a fraction': (number) => `${number}.00`,
  'a name of a member': (number) => `{"card_number":${number}}`,
  'a query': (number) => `https://shop.example/thanks?order=1&card=${number}&ok=1`,
};

const rowsOf = <Value>(rows: Readonly<Record<string, Value>>) => fc.constantFrom(...Object.entries(rows));

export interface Spelled {
  readonly text: string;
  /** The choices that made it, to name in a failure. */
  readonly as: string;
}

/** Groups of any sizes, for the number that is spelled. */
const anyGroups: fc.Arbitrary<[string, (digits: string) => string[]]> = fc
  .array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 19 })
  .map((sizes) => [`in groups of ${sizes.slice(0, 5).join('-')}…`, groups(...sizes)]);

const anySeparators: fc.Arbitrary<[string, (index: number) => string]> = fc.oneof(
  rowsOf(SEPARATORS).map(([name, separator]): [string, () => string] => [name, () => separator]),
  fc
    .array(fc.constantFrom(...Object.values(SEPARATORS)), { minLength: 3, maxLength: 6 })
    .map((list): [string, (index: number) => string] => ['mixed', (index) => list[index % list.length] ?? ' ']),
);

/** Any spelling of one of these numbers: grouped or glued, in any script, encoded or not. */
export const anySpelling = (numbers: fc.Arbitrary<string>): fc.Arbitrary<Spelled> => {
  const padded = fc
    .tuple(numbers, fc.boolean())
    .map(([number, isPadded]) => (isPadded ? number.padStart(19, '0') : number));
  const grouped = fc
    .tuple(padded, fc.oneof(rowsOf(GROUPS), anyGroups), anySeparators)
    .map(([number, [groupsName, group], [separatorName, separator]]) => ({
      text: group(number)
        .map((part, index) => (index === 0 ? part : separator(index) + part))
        .join(''),
      as: `${groupsName}, ${separatorName}`,
    }));
  const glued = fc.tuple(numbers, rowsOf(PADDINGS)).map(([number, [name, pad]]) => ({ text: pad(number), as: name }));
  return fc
    .tuple(fc.oneof(grouped, glued), rowsOf(SCRIPTS), rowsOf(ENCODINGS), rowsOf(BYTE_ENCODINGS), fc.nat(3))
    .map(([{ text, as }, [script, inScript], [encoding, encode], [byteEncoding, encodeBytes], choice]) => {
      const isAscii = /^[\x20-\x7e\t\r\n]*$/.test(text);
      if (choice === 0) return { text: inScript(text), as: `${as}, ${script}` };
      if (choice === 1 && isAscii) return { text: encodeBytes(text), as: `${as}, ${byteEncoding}` };
      if (choice === 2) return { text: encode(inScript(text)), as: `${as}, ${script}, ${encoding}` };
      return { text, as };
    });
};
