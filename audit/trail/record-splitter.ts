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
  take(chunk: Buffer): Cut[] {
    const cuts: Cut[] = [];
    let start = 0;
    while (this.#where === 'head' || this.#where === 'records') {
      const isHead = this.#where === 'head';
      const end = isHead ? chunk.indexOf(OPEN_LIST, start) : this.#endOfRecord(chunk, start);
      if (end === -1) break;
      this.#keep(chunk.subarray(start, isHead ? end + 1 : end));
      if (isHead) this.#where = HEAD.test(this.#taken()) ? 'records' : 'broken';
      else this.#cut(chunk[end] ?? 0, cuts);
      start = end + 1;
    }
    if (this.#where === 'broken') return cuts;
    this.#keep(chunk.subarray(start));
    if (this.#where === 'head' && this.#byteLength > MAX_HEAD_BYTES) this.#where = 'broken';
    return cuts;
  }

  /** Whether the text was a complete log file. */
  isWhole(): boolean {
    return this.#where === 'tail' && TAIL.test(this.#taken());
  }

  /**
   * Where a comma or the end of the list ends a record, outside of nested values and strings; -1 where the chunk ends
   * first. Every byte of a trail passes here, so the state is local in the loop.
   */
  #endOfRecord(chunk: Buffer, from: number): number {
    let [depth, inText, isEscaped] = [this.#depth, this.#inText, this.#isEscaped];
    let at = from;
    for (; at < chunk.length; at += 1) {
      const byte = chunk[at];
      if (inText) {
        if (isEscaped) isEscaped = false;
        else if (byte === BACKSLASH) isEscaped = true;
        else if (byte === QUOTE) inText = false;
      } else if (byte === QUOTE) inText = true;
      else if (byte === OPEN || byte === OPEN_LIST) depth += 1;
      else if (depth === 0) {
        if (byte === COMMA || byte === CLOSE_LIST) break;
      } else if (byte === CLOSE || byte === CLOSE_LIST) depth -= 1;
    }
    [this.#depth, this.#inText, this.#isEscaped] = [depth, inText, isEscaped];
    return at < chunk.length ? at : -1;
  }

  #cut(byte: number, cuts: Cut[]): void {
    const isTooLarge = this.#byteLength > MAX_RECORD_BYTES;
    const text = this.#taken();
    const isEmptyList = byte === CLOSE_LIST && this.#isFirst && text.trim() === '';
    this.#isFirst = false;
    if (byte === CLOSE_LIST) this.#where = 'tail';
    if (!isEmptyList) cuts.push(isTooLarge ? 'bad_record' : parsed(text));
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
