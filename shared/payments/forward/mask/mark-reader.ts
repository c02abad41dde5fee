/**
 * Takes one kind of marks out of a text and writes what they stand for: the frame of the readers of escapes and of joins,
 * which differ in the marks they know.
 */
import { isText, pointAt, sequenceLength } from './bytes.ts';
import { BREAK, isDigit, isLetter, ReadingWriter, type TextReading } from './reading.ts';

export abstract class MarkReader {
  protected readonly reading: TextReading;
  readonly #leads: ReadonlySet<number>;
  readonly #writer = new ReadingWriter();
  /** Escaped bytes that may be one character together, and where each is written. */
  readonly #bytes: number[] = [];
  readonly #bytesAt: (readonly [start: number, end: number])[] = [];
  /** Up to here the text was copied, or read as marks. */
  #copied = 0;
  #isChanged = false;

  /** `leads`: what a mark can begin with. */
  constructor(reading: TextReading, leads: ReadonlySet<number>) {
    this.reading = reading;
    this.#leads = leads;
  }

  /** Writes what the mark at `start` stands for. Returns where it ends, `start` if there is none. */
  protected abstract markAt(start: number): number;

  /** Null where there was no mark. What stands between two breaks is left out if it holds none, for it was read before. */
  read(): TextReading | null {
    const { codes } = this.reading;
    let textStart = 0;
    for (let index = 0; index <= codes.length; ) {
      const code = codes[index] ?? BREAK;
      const end = this.#leads.has(code) ? this.markAt(index) : index;
      if (end > index) this.#copied = end;
      else if (code === BREAK) {
        if (this.#copied > textStart) this.#copyTo(index + 1);
        textStart = index + 1;
        this.#copied = textStart;
      }
      index = Math.max(end, index + 1);
    }
    return this.#isChanged ? this.#writer.done() : null;
  }

  /** Copies what stands before a mark. */
  #copyTo(end: number): void {
    if (this.#bytes.length > 0 && end > this.#copied) this.#endBytes();
    this.#copy(this.#copied, end);
  }

  #copy(start: number, end: number): void {
    const { codes, from, to } = this.reading;
    for (let index = start; index < Math.min(end, codes.length); index += 1) {
      this.#writer.put(codes[index] ?? 0, from[index] ?? 0, to[index] ?? 0);
    }
  }

  /** Bytes that are not text stay as they are written, because the text around them may be escaped once more. */
  #endBytes(): void {
    const bytes = this.#bytes.splice(0);
    const escapes = this.#bytesAt.splice(0);
    for (let index = 0; index < bytes.length; ) {
      const length = Math.max(sequenceLength(bytes, index), 1);
      const [start = 0] = escapes[index] ?? [];
      const [, end = 0] = escapes[index + length - 1] ?? [];
      const point = pointAt(bytes, index, length);
      if (length > 1 || point === 0 || (point < 0x80 && isText(point))) {
        this.#writer.putPoint(point, this.reading.from[start] ?? 0, this.reading.to[end - 1] ?? 0);
        this.#isChanged = true;
      } else this.#copy(start, end);
      index += length;
    }
  }

  protected skip(start: number, end: number): number {
    this.#copyTo(start);
    this.#isChanged = true;
    return end;
  }

  protected byte(byte: number, start: number, end: number): number {
    this.#copyTo(start);
    this.#bytes.push(byte);
    this.#bytesAt.push([start, end]);
    return end;
  }

  protected point(point: number, start: number, end: number): number {
    this.#copyTo(start);
    if (this.#bytes.length > 0) this.#endBytes();
    this.#isChanged = true;
    this.#writer.putPoint(point, this.reading.from[start] ?? 0, this.reading.to[end - 1] ?? 0);
    return end;
  }

  protected code(index: number): number {
    return this.reading.codes[index] ?? 0;
  }

  /** Empty where less than `length` is left. */
  protected text(start: number, length: number): string {
    const part = this.reading.codes.slice(start, start + length);
    return part.length < length ? '' : String.fromCharCode(...part);
  }
}

/** -1 for any other sign. */
export function digitIn(code: number, radix: number): number {
  const digit = isDigit(code) ? code - 0x30 : isLetter(code) ? (code | 0x20) - 0x57 : -1;
  return digit < radix ? digit : -1;
}
