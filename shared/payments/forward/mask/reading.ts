/**
 * A text as a decoder reads it, each character with the piece of its origin that it was read from. So a find in a
 * reading is a find in the response, even where that was encoded several times.
 */
import { DROPPED, fold } from './fold.ts';

export interface TextReading {
  /** UTF-16 code units, folded (`fold.ts`). */
  readonly codes: readonly number[];
  /** Where the piece of the origin begins that each was read from. */
  readonly from: readonly number[];
  /** Where it ends. */
  readonly to: readonly number[];
}

/** Replaces what a decoder could not read as text. */
export const BREAK = 0xffff;
/** Stands for a name that was left out (`values.ts`). */
export const NAME = 0xfffe;

/** Fewer characters are no text: a security code has three. */
const TEXT_MIN = 3;
/** Noise holds a few characters in a row by chance, so that as many are wanted beside it. */
const TEXT_IN_NOISE_MIN = 8;

export const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
export const isLetter = (code: number): boolean => (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);

export class ReadingWriter {
  readonly #codes: number[] = [];
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  /** Behind it, the arrays hold what was taken back. */
  #length = 0;
  #textStart = 0;
  #isAfterEdge = true;

  done(): TextReading {
    this.#endText(true);
    for (const part of [this.#codes, this.#from, this.#to]) part.length = this.#length;
    return { codes: this.#codes, from: this.#from, to: this.#to };
  }

  /** A character that was folded before. */
  put(code: number, from: number, to: number): void {
    if (code >= 0xdc00 && code <= 0xdfff && isHigh(this.#codes[this.#length - 1]) && this.#length > 0) {
      this.#join(code, to);
      return;
    }
    this.#write(code, from, to);
  }

  /** A code point as it was decoded, or half of one in UTF-16. */
  putPoint(point: number, from: number, to: number): void {
    const folded = fold(point);
    if (folded === DROPPED) return;
    if (folded <= 0xffff) {
      this.put(folded, from, to);
      return;
    }
    this.put(0xd7c0 + (folded >> 10), from, to);
    this.#write(0xdc00 + (folded & 0x3ff), from, to);
  }

  /** Two halves of a character that came one after the other. */
  #join(low: number, to: number): void {
    this.#length -= 1;
    const high = this.#codes[this.#length] ?? 0;
    this.putPoint(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00), this.#from[this.#length] ?? 0, to);
  }

  #write(code: number, from: number, to: number): void {
    this.#codes[this.#length] = code;
    this.#from[this.#length] = from;
    this.#to[this.#length] = to;
    this.#length += 1;
  }

  /**
   * A break, and none behind what is too short to be a text, which is taken back. `isEdge` where a text may end here by
   * itself: what came before is no noise then.
   */
  putBreak(place: number, isEdge: boolean): void {
    this.#endText(isEdge);
    if (this.#length > this.#textStart) this.#write(BREAK, place, place);
    this.#textStart = this.#length;
    this.#isAfterEdge = isEdge;
  }

  #endText(isEdge: boolean): void {
    const length = this.#length - this.#textStart;
    const min = isEdge && this.#isAfterEdge ? TEXT_MIN : TEXT_IN_NOISE_MIN;
    if (length < min) this.#length = this.#textStart;
  }
}

const isHigh = (code: number | undefined): boolean => code !== undefined && code >= 0xd800 && code <= 0xdbff;

/** A text itself: each character is read from where it stands. */
export function readingOf(text: string): TextReading {
  const writer = new ReadingWriter();
  for (let index = 0; index < text.length; index += 1) writer.putPoint(text.charCodeAt(index), index, index + 1);
  return writer.done();
}
