/**
 * One text out of several: lines that go on in mail, in calendars and in the sources of programs, and texts that these
 * join. What is written in quoted-printable is decoded on the way: `=41` may be the value of a form as well, so a text is
 * searched with and without it.
 */
import { digitIn, MarkReader } from './mark-reader.ts';
import type { TextReading } from './reading.ts';

const [LF, CR] = [10, 13];
const [SPACE, QUOTE, PLUS, EQUALS, BACKSLASH] = [' ', '"', '+', '=', '\\'].map((sign) => sign.charCodeAt(0));
const LEADS: ReadonlySet<number> = new Set([CR, QUOTE, EQUALS, BACKSLASH].map(Number));
const BEFORE_TEXT = new Set([...'[{,:('].map((sign) => sign.charCodeAt(0)));
/** Around the plus between two texts. */
const SPACES_MAX = 3;

/** Null where nothing was to be joined. */
export const joined = (reading: TextReading): TextReading | null => new JoinReader(reading, LEADS).read();

class JoinReader extends MarkReader {
  protected override markAt(start: number): number {
    switch (this.code(start)) {
      case EQUALS:
        return this.#equals(start);
      case BACKSLASH:
        return this.#lineEnd(start);
      case QUOTE:
        return this.#joint(start);
      default:
        return this.#fold(start);
    }
  }

  /** RFC 2045 §6.7. */
  #equals(start: number): number {
    const [high, low] = [digitIn(this.code(start + 1), 16), digitIn(this.code(start + 2), 16)];
    return high < 0 || low < 0 ? this.#lineEnd(start) : this.byte(high * 16 + low, start, start + 3);
  }

  /** A sign before the end of a line says that the line goes on. */
  #lineEnd(start: number): number {
    const end = this.code(start + 1) === CR ? start + 2 : start + 1;
    if (this.code(end) === LF) return this.skip(start, end + 1);
    return end > start + 1 ? this.skip(start, end) : start;
  }

  /** RFC 5545 §3.1: a line goes on after a space. */
  #fold(start: number): number {
    const isFold = this.code(start + 1) === LF && this.code(start + 2) === SPACE && this.code(start + 3) !== SPACE;
    return isFold ? this.skip(start, start + 3) : start;
  }

  /** `" + "`, the first of which ends a text. */
  #joint(start: number): number {
    if (BEFORE_TEXT.has(this.code(start - 1))) return start;
    const plus = this.#afterSpaces(start + 1);
    if (this.code(plus) !== PLUS) return start;
    const end = this.#afterSpaces(plus + 1);
    return this.code(end) === QUOTE ? this.skip(start, end + 1) : start;
  }

  #afterSpaces(start: number): number {
    let end = start;
    while (this.code(end) === SPACE && end - start < SPACES_MAX) end += 1;
    return end;
  }
}
