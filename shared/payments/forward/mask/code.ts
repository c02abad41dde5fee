/**
 * Finds a security code in a reading wherever it stands by itself. Three digits may also be an amount or a time; those are
 * hidden too, because nothing tells them apart from a code that must not be kept (PCI DSS 4.0.1 3.3.1.2).
 */
import type { Hider } from './marks.ts';
import { BREAK, isDigit, isLetter, type TextReading } from './reading.ts';

/** Between the digits of a code that is written as a list. */
const GAP_MAX = 16;
const OPENS_VALUE = new Set([...':[,>='].map((sign) => sign.charCodeAt(0)));
const CLOSES_VALUE = new Set([...',]}<&'].map((sign) => sign.charCodeAt(0)));
const ZERO = 0x30;

/** A word of letters and digits, and its only run of digits. */
interface Word {
  readonly end: number;
  readonly digitsStart: number;
  readonly digitsEnd: number;
  /** False where it has no run of digits or several, as random ids do. */
  readonly hasOneRun: boolean;
}

/** Visits each character once. */
export function findCode({ codes }: TextReading, code: string, hider: Hider): void {
  const list = new DigitList(code, hider);
  for (let index = 0; index < codes.length; ) {
    const sign = codes[index] ?? 0;
    if (!isDigit(sign) && !isLetter(sign)) {
      if (sign === BREAK) list.end();
      index += 1;
      continue;
    }
    const word = wordAt(codes, index);
    if (word.hasOneRun && isCode(codes, word, code)) hider.span(word.digitsStart, word.digitsEnd - 1);
    if (word.end - index === 1 && word.hasOneRun) list.add(index, sign);
    else list.end();
    index = word.end;
  }
  list.end();
}

function wordAt(codes: readonly number[], start: number): Word {
  let [end, runs, digitsStart, digitsEnd] = [start, 0, start, start];
  for (; ; end += 1) {
    const code = codes[end] ?? 0;
    if (isDigit(code)) {
      if (runs === 0 || end > digitsEnd) {
        runs += 1;
        digitsStart = end;
      }
      digitsEnd = end + 1;
    } else if (!isLetter(code)) break;
  }
  return { end, digitsStart, digitsEnd, hasOneRun: runs === 1 };
}

function isCode(codes: readonly number[], { digitsStart, digitsEnd }: Word, code: string): boolean {
  const length = digitsEnd - digitsStart;
  // Zeros in front are added where fields have a fixed width, and lost where a code is taken for a number.
  const padding = length - code.length;
  for (let place = Math.min(0, padding); place < length; place += 1) {
    const digit = place < 0 ? ZERO : (codes[digitsStart + place] ?? 0);
    const wanted = place < padding ? ZERO : code.charCodeAt(place - padding);
    if (digit !== wanted) return false;
  }
  return padding >= 0 || isBareValue(codes, digitsStart, digitsEnd);
}

/** A whole value that is not in quotes. */
function isBareValue(codes: readonly number[], start: number, end: number): boolean {
  const before = codes[start - 1] === 0x20 ? codes[start - 2] : codes[start - 1];
  const after = codes[end];
  return OPENS_VALUE.has(before ?? 0) && (after === undefined || CLOSES_VALUE.has(after));
}

/** Digits that stand one by one, as in `[7,3,7]`. */
class DigitList {
  readonly #code: string;
  readonly #hider: Hider;
  /** As many of the last digits as the code has. */
  readonly #digits: number[] = [];
  readonly #places: number[] = [];
  /** Whether those before them are zeros. */
  #isPadded = true;

  constructor(code: string, hider: Hider) {
    this.#code = code;
    this.#hider = hider;
  }

  add(place: number, digit: number): void {
    if (place - (this.#places.at(-1) ?? place) > GAP_MAX) this.end();
    if (this.#places.length === this.#code.length) {
      this.#places.shift();
      this.#isPadded &&= this.#digits.shift() === ZERO;
    }
    this.#digits.push(digit);
    this.#places.push(place);
  }

  end(): void {
    if (this.#places.length === 0) return;
    if (this.#isPadded && String.fromCharCode(...this.#digits) === this.#code) this.#hider.each(this.#places);
    this.#digits.length = 0;
    this.#places.length = 0;
    this.#isPadded = true;
  }
}
