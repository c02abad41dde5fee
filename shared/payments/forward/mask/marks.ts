/**
 * What of a response is to be hidden, and the response without it. A digit becomes a star where it stood, so that a
 * structure stays as it was; an encoded text becomes a word in brackets.
 */
import { isSign, PADDING } from './encodings.ts';
import type { TextReading } from './reading.ts';

/** Hides characters of one reading, by their places in it. */
export interface Hider {
  span(first: number, last: number): void;
  /** In order; what stands between them is kept where that can be. */
  each(places: readonly number[]): void;
}

const [KEPT, STAR, GONE, BLOCK] = [0, 1, 2, 3];
const MASK = '[masked]';

export class Marks {
  readonly #marks: Uint8Array;
  #isEmpty = true;

  constructor(length: number) {
    this.#marks = new Uint8Array(length);
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  /** A star for a character of the text, also where it was read from an escape. */
  star(start: number, end: number): void {
    this.#isEmpty = false;
    for (let place = start; place < end; place += 1) {
      if (this.#marks[place] === KEPT) this.#marks[place] = place === start ? STAR : GONE;
    }
  }

  block(start: number, end: number): void {
    this.#isEmpty = false;
    this.#marks.fill(BLOCK, start, end);
  }

  /** The whole of an encoded text of which the signs from `first` to `last` are to go: it is likely the request itself. */
  blockAround({ codes, from, to }: TextReading, first: number, last: number): void {
    let [start, end] = [first, last];
    // Stops at hidden text, which was walked before, so that the work stays linear for any number of finds.
    const isMore = (place: number) => isSign(codes[place] ?? 0) && this.#marks[from[place] ?? 0] !== BLOCK;
    while (isMore(start - 1)) start -= 1;
    while (isMore(end + 1)) end += 1;
    while (codes[end + 1] === PADDING) end += 1;
    this.block(from[start] ?? 0, to[end] ?? 0);
  }

  /** JSON stays JSON: a number that is hidden in part becomes a text. */
  applyTo(text: string, isJson: boolean): string {
    const parts: string[] = [];
    let isInText = false;
    for (let index = 0; index < text.length; ) {
      const sign = text[index] ?? '';
      if (isJson && !isInText && isNumeric(sign)) {
        const end = numberEnd(text, index);
        parts.push(this.#isHidden(index, end) ? `"${this.#part(text, index, end)}"` : text.slice(index, end));
        index = end;
        continue;
      }
      if (sign === '\\' && isInText) {
        parts.push(this.#part(text, index, index + 2));
        index += 2;
        continue;
      }
      if (sign === '"') isInText = !isInText;
      parts.push(this.#part(text, index, index + 1));
      index += 1;
    }
    return parts.join('');
  }

  #isHidden(start: number, end: number): boolean {
    return this.#marks.subarray(start, end).some((mark) => mark !== KEPT);
  }

  #part(text: string, start: number, end: number): string {
    let part = '';
    for (let index = start; index < end; index += 1) {
      const mark = this.#marks[index];
      if (mark === KEPT) part += text[index] ?? '';
      if (mark === STAR) part += '*';
      if (mark === BLOCK && this.#marks[index - 1] !== BLOCK) part += MASK;
    }
    return part;
  }
}

const isNumeric = (sign: string): boolean => (sign >= '0' && sign <= '9') || sign === '-';

function numberEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && '0123456789+-.eE'.includes(text[end] ?? '')) end += 1;
  return end;
}
