/** Bytes as text. Nothing says how the text was written: in UTF-8, in UTF-16 or, in dumps of ISO 8583, in EBCDIC. */
import { DROPPED, fold } from './fold.ts';
import { ReadingWriter, type TextReading } from './reading.ts';

/** EBCDIC writes digits as 0xf0 to 0xf9. */
const EBCDIC_ZERO = 0xf0;
const EBCDIC_MIN = 3;
/** The no-break space and the soft hyphen of Latin-1. */
const LATIN_SPACES = new Set([0xa0, 0xad]);
/** So many characters in a row make it worth reading bytes as UTF-16. */
const UTF16_MIN = 3;
const LAYOUTS = [0, 1].flatMap((start) => [true, false].map((isBigEndian) => ({ start, isBigEndian })));

/** The texts that bytes may be; what a character was read from is said in indexes of the bytes. */
export const textsOf = (bytes: ArrayLike<number>, isNoisy: boolean): TextReading[] => [
  utf8Of(bytes, { isApart: [], isNoisy }),
  ...LAYOUTS.filter((layout) => holdsUtf16(bytes, layout)).map((layout) => utf16Of(bytes, layout)),
];

export interface Utf8Options {
  /** 1 for a byte that does not follow on the one before. */
  readonly isApart: ArrayLike<number>;
  /** Whether an invalid byte shows that the bytes are not text. */
  readonly isNoisy: boolean;
}

/** What is not UTF-8 is read as digits of EBCDIC where there are as many as a code has, or is a break. */
export function utf8Of(bytes: ArrayLike<number>, { isApart, isNoisy }: Utf8Options): TextReading {
  const writer = new ReadingWriter();
  for (let index = 0; index < bytes.length; ) {
    const byte = bytes[index] ?? 0;
    if (isApart[index] === 1) writer.putBreak(index, true);
    const length = Math.max(sequenceLength(bytes, index), 1);
    const end = index + length;
    if (length > 1) writer.putPoint(pointAt(bytes, index, length), index, end);
    else if (byte < 0x80 && isText(byte)) writer.put(byte, index, end);
    else if (isInEbcdic(bytes, index)) writer.put(byte - EBCDIC_ZERO + 0x30, index, end);
    else if (LATIN_SPACES.has(byte)) writer.put(0x20, index, end);
    else if (byte !== 0) writer.putBreak(index, !isNoisy);
    index = end;
  }
  return writer.done();
}

function isInEbcdic(bytes: ArrayLike<number>, index: number): boolean {
  if (!isEbcdicDigit(bytes[index])) return false;
  let inRow = 1;
  for (let place = index - 1; inRow < EBCDIC_MIN && isEbcdicDigit(bytes[place]); place -= 1) inRow += 1;
  for (let place = index + 1; inRow < EBCDIC_MIN && isEbcdicDigit(bytes[place]); place += 1) inRow += 1;
  return inRow === EBCDIC_MIN;
}

const isEbcdicDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= EBCDIC_ZERO && byte <= EBCDIC_ZERO + 9;

/** 0 where no character begins here; overlong ones count, since some decoders take them. */
export function sequenceLength(bytes: ArrayLike<number>, start: number): number {
  const first = bytes[start] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf5 || first < 0xc0 ? 0 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  for (let index = start + 1; index < start + length; index += 1) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return first === 0xf4 && (bytes[start + 1] ?? 0) > 0x8f ? 0 : length;
}

export function pointAt(bytes: ArrayLike<number>, start: number, length: number): number {
  let point = (bytes[start] ?? 0) & (length === 1 ? 0xff : 0x7f >> length);
  for (let index = start + 1; index < start + length; index += 1) point = (point << 6) | ((bytes[index] ?? 0) & 0x3f);
  return point;
}

/** Controls other than tab and line ends mark bytes that are not text. */
export const isText = (byte: number): boolean =>
  byte >= 0x20 ? byte !== 0x7f : byte === 9 || byte === 10 || byte === 13;

interface Layout {
  readonly start: number;
  readonly isBigEndian: boolean;
}

const unitAt = (bytes: ArrayLike<number>, index: number, isBigEndian: boolean): number => {
  const [first, second] = [bytes[index] ?? 0, bytes[index + 1] ?? 0];
  return isBigEndian ? (first << 8) | second : (second << 8) | first;
};

/** By unit: 1 is text, 2 is not text, 0 is not yet known. */
let known: Uint8Array | undefined;

/** Units that are ASCII or read as ASCII, show nothing, separate or are half a character: noise has few of them. */
function isUtf16(unit: number): boolean {
  known ??= new Uint8Array(0x1_0000);
  if (known[unit] === 0) known[unit] = isTextUnit(unit) ? 1 : 2;
  return known[unit] === 1;
}

function isTextUnit(unit: number): boolean {
  if (unit < 0x100) return isText(unit);
  const folded = fold(unit);
  return folded === DROPPED || folded < 0x80 || /^[\p{P}\p{Z}\p{Cs}]$/u.test(String.fromCharCode(unit));
}

function holdsUtf16(bytes: ArrayLike<number>, { start, isBigEndian }: Layout): boolean {
  let inRow = 0;
  for (let index = start; index + 1 < bytes.length; index += 2) {
    inRow = isUtf16(unitAt(bytes, index, isBigEndian)) ? inRow + 1 : 0;
    if (inRow === UTF16_MIN) return true;
  }
  return false;
}

function utf16Of(bytes: ArrayLike<number>, { start, isBigEndian }: Layout): TextReading {
  const writer = new ReadingWriter();
  for (let index = start; index + 1 < bytes.length; index += 2) {
    const unit = unitAt(bytes, index, isBigEndian);
    if (isUtf16(unit)) writer.putPoint(unit, index, index + 2);
    else writer.putBreak(index, true);
  }
  return writer.done();
}
