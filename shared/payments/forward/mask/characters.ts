/** The numbers of a text read as codes of characters: `[52,50]`, a Buffer in JSON, `chr(52)`, octal and binary. */
import { utf8Of } from './bytes.ts';
import { BREAK, isDigit, type TextReading } from './reading.ts';
import { endOfWord, holdsLetter } from './words.ts';

/** Between the codes of two characters. */
const GAP_MAX = 24;
/** A control, which no text holds. */
const NO_BYTE = 1;

export function charactersOf({ codes, from, to }: TextReading): TextReading {
  const bytes: number[] = [];
  const isApart: number[] = [];
  const first: number[] = [];
  const last: number[] = [];
  let before = 0;
  for (let index = 0; index < codes.length; index += 1) {
    if (codes[index] === BREAK) before = -GAP_MAX;
    const end = endOfWord(codes, index);
    if (end === index) continue;
    if (!holdsLetter(codes, index, end)) {
      bytes.push(byteOf(codes, index, end));
      isApart.push(index - before > GAP_MAX ? 1 : 0);
      first.push(from[index] ?? 0);
      last.push(to[end - 1] ?? 0);
      before = end;
    }
    index = end - 1;
  }
  const text = utf8Of(bytes, { isApart, isNoisy: false });
  return {
    codes: text.codes,
    from: text.from.map((byte) => first[byte] ?? 0),
    to: text.to.map((byte) => last[byte - 1] ?? 0),
  };
}

function byteOf(codes: readonly number[], start: number, end: number): number {
  if (end - start > 8) return NO_BYTE;
  const digits = String.fromCharCode(...codes.slice(start, end));
  if (digits.length > 6 && /^[01]+$/.test(digits)) return Number.parseInt(digits, 2);
  const octal = /^0[0-7]{2}$/.test(digits) ? Number.parseInt(digits, 8) : 0;
  if (isDigit(octal)) return octal;
  return Number(digits) > 0xff ? NO_BYTE : Number(digits);
}
