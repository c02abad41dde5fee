/**
 * Splits the text of a log file, `{"Records":[…]}`, into records while it streams, so that no file has to fit in memory
 * and a damaged record does not affect the others. This file only finds where records begin and end; each is then
 * parsed strictly.
 */

/** CloudTrail limits an event to 256 KB, and some to 1 MB, so a larger one is not from CloudTrail. */
const MAX_RECORD_BYTES = 2 * 1024 * 1024;
const MAX_HEAD_BYTES = 256;
const HEAD = /^\uFEFF?\s*\{\s*"Records"\s*:\s*\[$/;
const TAIL = /^\s*\}\s*$/;

const [QUOTE, COMMA, BACKSLASH, OPEN_LIST, CLOSE_LIST, OPEN, CLOSE] = [0x22, 0x2c, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d];

export type Cut = { readonly record: unknown } | 'bad_record';

export class RecordSplitter {
  #where: 'head' | 'records' | 'tail' | 'broken' = 'head';
  #depth = 0;
  #inText = false;
  #isEscaped = false;
  /** The kept bytes of the head, the current record, or the tail. */
  #pieces: Buffer[] = [];
  #byteLength = 0;
  #isFirst = true;

  /** The records that end in this chunk. */
  *take(chunk: Buffer): Generator<Cut> {
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.#where === 'broken') return;
      const byte = chunk[at] ?? 0;
      if (this.#where === 'head') {
        if (byte !== OPEN_LIST) continue;
        this.#keep(chunk.subarray(start, at + 1));
        this.#where = HEAD.test(this.#taken()) ? 'records' : 'broken';
        start = at + 1;
      } else if (this.#where === 'records' && this.#ends(byte)) {
        this.#keep(chunk.subarray(start, at));
        yield* this.#cut(byte);
        start = at + 1;
      }
    }
    this.#keep(chunk.subarray(start));
    if (this.#where === 'head' && this.#byteLength > MAX_HEAD_BYTES) this.#where = 'broken';
  }

  /** Whether the text was a complete log file. */
  isWhole(): boolean {
    return this.#where === 'tail' && TAIL.test(this.#taken());
  }

  /** Whether this byte ends a record: a comma or the end of the list, outside of nested values and strings. */
  #ends(byte: number): boolean {
    if (this.#inText) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else if (byte === QUOTE) this.#inText = false;
    } else if (byte === QUOTE) this.#inText = true;
    else if (byte === OPEN || byte === OPEN_LIST) this.#depth += 1;
    else if (this.#depth === 0) return byte === COMMA || byte === CLOSE_LIST;
    else if (byte === CLOSE || byte === CLOSE_LIST) this.#depth -= 1;
    return false;
  }

  *#cut(byte: number): Generator<Cut> {
    const isTooLarge = this.#byteLength > MAX_RECORD_BYTES;
    const text = this.#taken();
    const isEmptyList = byte === CLOSE_LIST && this.#isFirst && text.trim() === '';
    this.#isFirst = false;
    if (byte === CLOSE_LIST) this.#where = 'tail';
    if (!isEmptyList) yield isTooLarge ? 'bad_record' : parsed(text);
  }

  /** Of a record that is too large, only the size is kept. */
  #keep(piece: Buffer): void {
    this.#byteLength += piece.length;
    if (this.#byteLength <= MAX_RECORD_BYTES) this.#pieces.push(piece);
    else this.#pieces = [];
  }

  #taken(): string {
    const [only, ...more] = this.#pieces;
    const text =
      only !== undefined && more.length === 0 ? only.toString('utf8') : Buffer.concat(this.#pieces).toString('utf8');
    this.#pieces = [];
    this.#byteLength = 0;
    return text;
  }
}

function parsed(text: string): Cut {
  try {
    return { record: JSON.parse(text) };
  } catch {
    return 'bad_record';
  }
}
