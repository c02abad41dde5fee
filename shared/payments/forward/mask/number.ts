/**
 * Finds a card number in a reading by its digits alone, with any signs between them: forwards, backwards, and parts of
 * it that are more than may be shown, which is the first six or eight and the last four (PCI DSS 4.0.1 3.4.1).
 */
import type { Hider } from './marks.ts';
import { BREAK, isDigit, isLetter, NAME, type TextReading } from './reading.ts';

/** A part that stands as a value is hidden from this length on; shorter ones are in any text by chance. */
const PART_MIN = 6;
/** A part in groups: longer, because its groups may belong to different things. */
const GROUPED_PART_MIN = 9;
/** Between two groups of one number; more, or one of these, begins another value. */
const GAP_MAX = 3;
const ENDS_VALUE = new Set([...'"\'<>[]{}(),:;=&|\\'].map((sign) => sign.charCodeAt(0)));
/** Signs for digits that the sender hid: the digits on either side are not a whole number. */
const HIDING = new Set([...'*•●#xX'].map((sign) => sign.charCodeAt(0)));
const HIDING_MIN = 3;
const BIN_LENGTH = 6;
/** More than a number has digits, and a power of two. */
const RECENT = 32;

export interface NumberSearch {
  /** How many digits at its end stay as they are. */
  readonly kept: number;
  readonly hider: Hider;
}

export class NumberFinder {
  readonly #number: string;
  readonly #digits: readonly number[];
  readonly #forward: Sequence;
  readonly #backward: Sequence;
  /** Where the last digits stand; the number of digits read says where in the ring. */
  readonly #recent: number[] = Array(RECENT).fill(0);
  /** Whether a name stands before each of them. */
  readonly #named: boolean[] = Array(RECENT).fill(false);
  #reading: TextReading = { codes: [], from: [], to: [] };
  /** Whether the value holds the whole number. */
  #isWhole = false;
  #search: NumberSearch = { kept: 0, hider: { span: () => undefined, each: () => undefined } };
  #count = 0;
  #runStart = 0;
  #valueStart = 0;
  #last = -1;
  #hiding = 0;
  #isNamed = false;
  #endsValue = false;
  #isTail = false;

  constructor(number: string) {
    this.#number = number;
    this.#digits = [...number].map((digit) => digit.charCodeAt(0));
    this.#forward = new Sequence(this.#digits);
    this.#backward = new Sequence(this.#digits.toReversed());
  }

  /** Visits each character once, and those of long values once more. */
  find(reading: TextReading, search: NumberSearch): void {
    const { codes } = reading;
    this.#reading = reading;
    this.#search = search;
    this.#last = -1;
    this.#forward.forget();
    this.#backward.forget();
    for (let index = 0; index < codes.length; index += 1) {
      const code = codes[index] ?? 0;
      if (isDigit(code)) this.#digit(index, code);
      else this.#between(index, code);
    }
    this.#endRun();
    this.#endValue();
  }

  #between(index: number, code: number): void {
    this.#hiding = HIDING.has(code) ? this.#hiding + 1 : this.#hiding >= HIDING_MIN ? this.#hiding : 0;
    this.#isNamed ||= isLetter(code) || code === NAME;
    this.#endsValue ||= this.#isNamed || index - this.#last > GAP_MAX || code === BREAK || ENDS_VALUE.has(code);
  }

  #digit(index: number, code: number): void {
    const isFirst = this.#last !== index - 1 || this.#last === -1;
    if (isFirst) this.#startRun(index);
    this.#recent[this.#count % RECENT] = index;
    this.#named[this.#count % RECENT] = isFirst && this.#isNamed;
    this.#count += 1;
    this.#last = index;
    this.#isNamed = false;
    // What is glued to a number belongs to its track, or is its expiry and code.
    this.#isTail &&= this.#isPlain(index);
    if (this.#isTail) this.#search.hider.each([index]);
    if (this.#forward.takes(code) && !this.#isMadeOfTruncations()) {
      this.#hideLast(this.#search.kept);
      // One repeated group reads the same backwards, from one number into the next.
      this.#backward.forget();
      this.#isTail = true;
      this.#isWhole = true;
    } else if (this.#backward.takes(code)) this.#hideLast(0);
  }

  /** Read from one character of its origin: `=30` behind a number is the start of an expiry instead of a digit. */
  #isPlain(index: number): boolean {
    return (this.#reading.to[index] ?? 0) - (this.#reading.from[index] ?? 0) === 1;
  }

  #startRun(index: number): void {
    if (this.#last !== -1) this.#endRun();
    if (this.#hiding >= HIDING_MIN) {
      this.#forward.forget();
      this.#backward.forget();
    }
    if (this.#endsValue || this.#hiding > 0 || this.#last === -1) {
      this.#endValue();
      this.#valueStart = index;
      this.#isWhole = false;
    }
    this.#runStart = index;
    this.#hiding = 0;
    this.#endsValue = false;
    this.#isTail = false;
  }

  /** Hides the last digits, as many as the number has, except the last `kept`. */
  #hideLast(kept: number): void {
    const { length } = this.#digits;
    const places = Array.from({ length }, (_, index) => this.#recent[(this.#count - length + index) % RECENT] ?? 0);
    this.#search.hider.each(places.slice(0, length - kept));
  }

  /** A run of digits that is a part of the number and no more. */
  #endRun(): void {
    const length = this.#last + 1 - this.#runStart;
    if (this.#last === -1 || length < PART_MIN || length >= this.#number.length) return;
    const text = String.fromCharCode(...this.#reading.codes.slice(this.#runStart, this.#last + 1));
    const offset = this.#number.lastIndexOf(text);
    const prefixMax = this.#number.length < 16 ? BIN_LENGTH : BIN_LENGTH + 2;
    if (offset === -1 || (length <= prefixMax && this.#number.startsWith(text))) return;
    const shown = Math.max(0, offset + length - (this.#number.length - this.#search.kept));
    if (shown < length) this.#search.hider.span(this.#runStart, this.#last - shown);
  }

  /** In one value, nine digits in a row of the number, in groups or not, where others are missing. */
  #endValue(): void {
    if (this.#isWhole || this.#last === -1 || this.#last - this.#valueStart + 1 < GROUPED_PART_MIN) return;
    const places: number[] = [];
    /** By digit of the number: how many of the last digits read are those up to it. */
    const matched: number[] = Array(this.#digits.length + 1).fill(0);
    for (let place = this.#valueStart; place <= this.#last; place += 1) {
      const code = this.#reading.codes[place] ?? 0;
      if (!isDigit(code)) continue;
      places.push(place);
      let [longest, digit] = [0, 0];
      for (let index = this.#digits.length; index > 0; index -= 1) {
        const length = this.#digits[index - 1] === code ? (matched[index - 1] ?? 0) + 1 : 0;
        matched[index] = length;
        if (length > longest) [longest, digit] = [length, index];
      }
      if (longest >= GROUPED_PART_MIN) this.#hidePart(places, longest, digit);
    }
  }

  /** `length` digits up to the one that is `digit` of the number; those before the last were hidden with it. */
  #hidePart(places: readonly number[], length: number, digit: number): void {
    const shown = Math.max(0, digit - (this.#digits.length - this.#search.kept));
    const isNew = length === GROUPED_PART_MIN ? length : 1;
    if (isNew > shown) this.#search.hider.each(places.slice(places.length - isNew, places.length - shown));
  }

  /** The first six, named, between other digits: for a number of one repeated group, `bin`, `last4` and `bin` spell it. */
  #isMadeOfTruncations(): boolean {
    let length = 0;
    let isBin = true;
    for (let back = 1; back <= this.#number.length; back += 1) {
      const place = (this.#count - back) % RECENT;
      const index = this.#recent[place] ?? 0;
      length += 1;
      isBin &&= this.#reading.codes[index] === this.#digits[BIN_LENGTH - length];
      if (this.#recent[(this.#count - back - 1) % RECENT] === index - 1) continue;
      if (isBin && length === BIN_LENGTH && this.#named[place] && back < this.#number.length) return true;
      [length, isBin] = [0, true];
    }
    return false;
  }
}

/** Says after each digit whether the last ones are the sequence (Knuth, Morris, Pratt: constant work on average). */
class Sequence {
  readonly #wanted: readonly number[];
  readonly #fallback: Uint16Array;
  #matched = 0;

  constructor(wanted: readonly number[]) {
    this.#wanted = wanted;
    this.#fallback = new Uint16Array(wanted.length + 1);
    for (let index = 1; index < wanted.length; index += 1) {
      this.#step(wanted[index] ?? 0);
      this.#fallback[index + 1] = this.#matched;
    }
    this.#matched = 0;
  }

  takes(code: number): boolean {
    this.#step(code);
    if (this.#matched < this.#wanted.length) return false;
    this.#matched = 0;
    return true;
  }

  forget(): void {
    this.#matched = 0;
  }

  #step(code: number): void {
    while (this.#matched > 0 && this.#wanted[this.#matched] !== code) {
      this.#matched = this.#fallback[this.#matched] ?? 0;
    }
    if (this.#wanted[this.#matched] === code) this.#matched += 1;
  }
}
