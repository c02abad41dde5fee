/**
 * Reads a text as base64 and as hexadecimal. All signs of the alphabet are one run, with any other signs between them,
 * so lines, quotes and dashes hide nothing. An encoded text may begin anywhere, so each offset is tried: four in
 * base64, two in hexadecimal. A wrong offset gives noise, which is dropped.
 */
import { textsOf, utf8Of } from './bytes.ts';
import type { TextReading } from './reading.ts';

interface Encoding {
  /** Value by code below 128; -1 for a sign of no value. */
  readonly values: Int8Array;
  readonly bits: 4 | 6;
  readonly offsets: number;
}

function valuesOf(alphabets: readonly string[]): Int8Array {
  const values = new Int8Array(128).fill(-1);
  for (const alphabet of alphabets) {
    [...alphabet].forEach((sign, value) => {
      values[sign.charCodeAt(0)] = value;
    });
  }
  return values;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** RFC 4648: base64 and base64url at once, hexadecimal of either case. */
const ENCODINGS: readonly Encoding[] = [
  { values: valuesOf([`${LETTERS}+/`, `${LETTERS}-_`]), bits: 6, offsets: 4 },
  { values: valuesOf(['0123456789ABCDEF', '0123456789abcdef']), bits: 4, offsets: 2 },
];

const [SPACE, ZERO, SMALL_X] = [0x20, 0x30, 0x78];
const WHITE = new Set([SPACE, 10, 13]);
/** A text is wrapped after as many signs or more; a shorter line is a value by itself. */
const LINE_MIN = 16;

/** Whether it can be part of an encoded text, which goes as a whole when a part of it is masked. */
export const isSign = (code: number): boolean => (ENCODINGS[0]?.values[code] ?? -1) >= 0;

/** May follow on base64. */
export const PADDING = 0x3d;

/** What a reading holds under one encoding, read from one offset on. */
export interface Decoded {
  readonly bytes: Buffer;
  /** Whether its digits were written in hexadecimal, where packed decimal reads as plain. */
  readonly isHex: boolean;
  /** In places of the reading. */
  readonly texts: readonly TextReading[];
  /** The place of the first sign and of the last of which a byte is made. */
  firstOf(byte: number): number;
  lastOf(byte: number): number;
}

export function* decodings({ codes }: TextReading): Generator<Decoded> {
  for (const encoding of ENCODINGS) {
    const run = signsOf(codes, encoding);
    for (let offset = 0; offset < encoding.offsets; offset += 1) yield decoded(run, encoding, offset);
  }
}

function decoded(run: Run, { bits }: Encoding, offset: number): Decoded {
  const bytes = bytesOf(run, bits, offset);
  // Hexadecimal is rarely met by chance.
  const isNoisy = bits === 6;
  // A line that is wrapped goes on; a value beside another does not.
  const apart = run.gaps.size > 0 ? [utf8Of(bytes, { isApart: gapsOf(run, bits, bytes.length, offset), isNoisy })] : [];
  const firstOf = (byte: number) => run.places[offset + Math.floor((byte * 8) / bits)] ?? 0;
  const lastOf = (byte: number) => run.places[offset + Math.ceil(((byte + 1) * 8) / bits) - 1] ?? 0;
  const texts = [...textsOf(bytes, isNoisy), ...apart].map((text) => ({
    codes: text.codes,
    from: text.from.map(firstOf),
    to: text.to.map((end) => lastOf(end - 1) + 1),
  }));
  return { bytes, isHex: bits === 4, texts, firstOf, lastOf };
}

/** The signs of an encoding in a text. */
interface Run {
  readonly values: number[];
  readonly places: number[];
  /** Places in the run of signs that do not follow on the one before. */
  readonly gaps: Set<number>;
}

function signsOf(codes: readonly number[], encoding: Encoding): Run {
  const run: Run = { values: [], places: [], gaps: new Set() };
  let lineStart = 0;
  for (let index = 0; index < codes.length; index += 1) {
    const value = valueAt(codes, index, encoding);
    if (value < 0) continue;
    const before = run.places.at(-1);
    if (before !== undefined && index - before > 1) {
      const isWrapped = run.places.length - lineStart >= LINE_MIN && isLineEnd(codes, before + 1, index);
      if (!isWrapped) run.gaps.add(run.places.length);
      lineStart = run.places.length;
    }
    run.values.push(value);
    run.places.push(index);
  }
  return run;
}

function valueAt(codes: readonly number[], index: number, { values, bits }: Encoding): number {
  const code = codes[index] ?? 0;
  const value = values[code] ?? -1;
  // The zero of `0x34` is no digit of it.
  if (bits === 4 && code === ZERO && ((codes[index + 1] ?? 0) | 0x20) === SMALL_X) return -1;
  // Texts are joined by a plus between spaces.
  return value > 61 && codes[index - 1] === SPACE && codes[index + 1] === SPACE ? -1 : value;
}

const isLineEnd = (codes: readonly number[], start: number, end: number): boolean =>
  end - start <= 3 && codes.slice(start, end).every((code) => WHITE.has(code));

function bytesOf({ values }: Run, bits: 4 | 6, offset: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, Math.floor(((values.length - offset) * bits) / 8)));
  let [held, heldBits, next] = [0, 0, offset];
  for (let index = 0; index < bytes.length; index += 1) {
    while (heldBits < 8) {
      held = ((held << bits) | (values[next] ?? 0)) & 0xffff;
      heldBits += bits;
      next += 1;
    }
    heldBits -= 8;
    bytes[index] = (held >> heldBits) & 0xff;
  }
  return bytes;
}

/** 1 for each byte with a sign that follows a gap. */
function gapsOf({ gaps }: Run, bits: 4 | 6, length: number, offset: number): Uint8Array {
  const isApart = new Uint8Array(length);
  if (length > 0) isApart[0] = 1;
  for (const gap of gaps) {
    // The first byte that ends with or behind the sign.
    const byte = Math.floor(((gap - offset) * bits) / 8);
    if (byte >= 0 && byte < length) isApart[byte] = 1;
  }
  return isApart;
}
