/**
 * One level of escapes taken away, those of every language at once: JSON and its relatives, percent encoding, entities and
 * CDATA.
 */
import { isText } from './bytes.ts';
import { digitIn, MarkReader } from './mark-reader.ts';
import { isDigit, isLetter, type TextReading } from './reading.ts';

const at = (text: string): number => text.charCodeAt(0);
const [PERCENT, AMPERSAND, BACKSLASH, LESS, RIGHT] = ['%', '&', '\\', '<', ']'].map(at);
const [HASH, SEMICOLON, OPEN, CLOSE, PLUS] = ['#', ';', '{', '}', '+'].map(at);
const [SMALL_U, LARGE_U, SMALL_X, LARGE_X, ZERO] = ['u', 'U', 'x', 'X', '0'].map(at);

const LEADS: ReadonlySet<number> = new Set([BACKSLASH, PERCENT, AMPERSAND, LESS, RIGHT, LARGE_U].map(Number));

const CDATA_OPEN = '<![CDATA[';
const CDATA_CLOSE = ']]>';
/** What the shorter escapes of JSON and C stand for; any other sign after a backslash stands for itself. */
const SHORT: ReadonlyMap<number, number> = new Map(
  Object.entries({ n: 10, r: 13, t: 9, b: 32, f: 32, v: 32 }).map(([letter, code]) => [at(letter), code]),
);
/** Names of signs that take part in another escape, and of those that show nothing. */
const ENTITIES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', num: '#', percnt: '%', bsol: '\\', semi: ';' },
    ...{ equals: '=', plus: '+', sol: '/', lowbar: '_', colon: ':', comma: ',', lbrack: '[', rbrack: ']' },
    ...{ shy: '\u00ad', zwj: '\u200d', zwnj: '\u200c', ZeroWidthSpace: '\u200b', NoBreak: '\u2060' },
  }).map(([name, sign]) => [name, at(sign)]),
);
const ENTITY_LENGTH_MAX = Math.max(...[...ENTITIES.keys()].map((name) => name.length));

/** Lengths and radices of escapes by number, in the order in which they are tried. */
const NUMBERED: readonly (readonly [length: number, radix: number])[] = [
  ...[6, 5, 4].map((length) => [length, 16] as const),
  ...[8, 16].map((radix) => [3, radix] as const),
  ...[16, 8].map((radix) => [2, radix] as const),
];

/** Null where nothing was escaped. */
export const unescaped = (reading: TextReading): TextReading | null => new EscapeReader(reading, LEADS).read();

class EscapeReader extends MarkReader {
  protected override markAt(start: number): number {
    switch (this.code(start)) {
      case BACKSLASH:
        return this.#backslash(start);
      case PERCENT:
        return this.#percent(start);
      case AMPERSAND:
        return this.#entity(start);
      case LARGE_U:
        return this.#codePoint(start);
      case LESS:
        return this.#dropped(start, CDATA_OPEN);
      default:
        return this.#dropped(start, CDATA_CLOSE);
    }
  }

  /** `U+0034`, as a word by itself. */
  #codePoint(start: number): number {
    const before = this.code(start - 1);
    const isWord = this.code(start + 1) === PLUS && !isLetter(before) && !isDigit(before);
    return isWord ? this.#hexPoint(start, start + 2, [6, 5, 4]) : start;
  }

  #backslash(start: number): number {
    const next = this.code(start + 1);
    if (next === SMALL_U || next === SMALL_X) {
      if (this.code(start + 2) === OPEN) return this.#inBraces(start);
      return next === SMALL_U ? this.#utf16(start, start + 2) : this.#hexByte(start, start + 2);
    }
    if (next === LARGE_U) return this.#hexPoint(start, start + 2, [8]);
    if (isDigit(next)) return this.#numbered(start);
    if (this.text(start + 1, CDATA_CLOSE.length) === CDATA_CLOSE) return start;
    const short = SHORT.get(next);
    if (short !== undefined) return this.point(short, start, start + 2);
    return isLetter(next) || next === 0 ? start : this.point(next, start, start + 2);
  }

  /** `\064` (C), `\34` and `\000034` (CSS): the first reading that gives a digit, or a byte in octal. */
  #numbered(start: number): number {
    for (const [length, radix] of NUMBERED) {
      const value = numberIn(this.text(start + 1, length), radix);
      if (value >= 0x80 && value <= 0xff && radix === 8) return this.byte(value, start, start + 1 + length);
      if (isDigit(value) || (length === 6 && this.code(start + 1) === ZERO && (value > 0xff || isText(value))))
        return this.point(value, start, start + 1 + length);
    }
    const octal = numberIn(this.text(start + 1, 3), 8);
    return octal > 0 && isText(octal & 0xff) ? this.byte(octal & 0xff, start, start + 4) : start;
  }

  #percent(start: number): number {
    const isWide = this.code(start + 1) === SMALL_U || this.code(start + 1) === LARGE_U;
    return isWide ? this.#utf16(start, start + 2) : this.#hexByte(start, start + 1);
  }

  #entity(start: number): number {
    if (this.code(start + 1) !== HASH) return this.#namedEntity(start);
    const isHex = this.code(start + 2) === SMALL_X || this.code(start + 2) === LARGE_X;
    const [first, radix] = isHex ? [start + 3, 16] : [start + 2, 10];
    let [end, point] = [first, 0];
    while (this.code(end) === ZERO) end += 1;
    for (let digit = digitIn(this.code(end), radix); digit >= 0 && point <= 0x10_ffff; ) {
      point = point * radix + digit;
      end += 1;
      digit = digitIn(this.code(end), radix);
    }
    if (end === first || point === 0 || point > 0x10_ffff) return start;
    return this.point(point, start, this.code(end) === SEMICOLON ? end + 1 : end);
  }

  #namedEntity(start: number): number {
    let end = start + 1;
    while (end - start <= ENTITY_LENGTH_MAX && isLetter(this.code(end))) end += 1;
    const point = this.code(end) === SEMICOLON ? ENTITIES.get(this.text(start + 1, end - start - 1)) : undefined;
    return point === undefined ? start : this.point(point, start, end + 1);
  }

  #inBraces(start: number): number {
    let end = start + 3;
    while (end - start < 12 && digitIn(this.code(end), 16) >= 0) end += 1;
    const point = numberIn(this.text(start + 3, end - start - 3), 16);
    return this.code(end) === CLOSE && isPoint(point) ? this.point(point, start, end + 1) : start;
  }

  #hexPoint(start: number, first: number, lengths: readonly number[]): number {
    for (const length of lengths) {
      const text = this.text(first, length);
      const point = text.length === length ? numberIn(text, 16) : -1;
      if (isPoint(point)) return this.point(point, start, first + length);
    }
    return start;
  }

  /** A character, or half of one. */
  #utf16(start: number, first: number): number {
    const unit = numberIn(this.text(first, 4), 16);
    return unit < 0 ? start : this.point(unit, start, first + 4);
  }

  #hexByte(start: number, first: number): number {
    const [high, low] = [digitIn(this.code(first), 16), digitIn(this.code(first + 1), 16)];
    return high < 0 || low < 0 ? start : this.byte(high * 16 + low, start, first + 2);
  }

  #dropped(start: number, mark: string): number {
    return this.text(start, mark.length) === mark ? this.skip(start, start + mark.length) : start;
  }
}

const isPoint = (point: number): boolean => point > 0 && point <= 0x10_ffff;

/** -1 where one of its signs is no digit. */
function numberIn(text: string, radix: number): number {
  let value = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = digitIn(text.charCodeAt(index), radix);
    if (digit < 0) return -1;
    value = value * radix + digit;
  }
  return text === '' ? -1 : value;
}
