/** The texts of one sign joined to one: `["4","2"]`, `{"0":"4","1":"2"}`. */
import { isDigit, isLetter, ReadingWriter, type TextReading } from './reading.ts';
import { endOfWord, isKey } from './words.ts';

const at = (sign: string): number => sign.charCodeAt(0);
const [SPACE, QUOTE, APOSTROPHE, BACKSLASH] = [' ', '"', "'", '\\'].map(at);
const LINE_ENDS = new Map([
  [at('n'), 10],
  [at('r'), 13],
]);
const BEFORE_TEXT = new Set(['[', '{', ',', ':', '('].map(at));
const AFTER_TEXT = new Set([']', '}', ',', ':', ')'].map(at));

export function signsOf({ codes, from, to }: TextReading): TextReading {
  const writer = new ReadingWriter();
  for (let index = 0; index < codes.length; index += 1) {
    const end = endOfIndex(codes, index) ?? endOfSign(codes, index);
    if (end !== null) {
      const sign = codes[end - 2] ?? 0;
      const isEscaped = end - index > 3;
      const meant = isEscaped ? (LINE_ENDS.get(sign) ?? sign) : sign;
      if (!isKey(codes, end)) writer.put(meant, from[index + 1] ?? 0, to[end - 2] ?? 0);
      index = end - 1;
    } else if (isDigit(codes[index] ?? 0) || isLetter(codes[index] ?? 0)) {
      writer.putBreak(from[index] ?? 0, true);
    }
  }
  return writer.done();
}

/** Where the text of one sign that begins here ends, by what stands around it. */
function endOfSign(codes: readonly number[], start: number): number | null {
  const quote = codes[start] ?? 0;
  if ((quote !== QUOTE && quote !== APOSTROPHE) || !BEFORE_TEXT.has(besides(codes, start, -1))) return null;
  const end = start + (codes[start + 1] === BACKSLASH ? 4 : 3);
  return codes[end - 1] === quote && AFTER_TEXT.has(besides(codes, end - 1, 1)) ? end : null;
}

/** Where the index of a sign that begins here ends: `"10":`. */
function endOfIndex(codes: readonly number[], start: number): number | null {
  if (codes[start] !== QUOTE || !isDigit(codes[start + 1] ?? 0)) return null;
  const end = endOfWord(codes, start + 1);
  return codes[end] === QUOTE && isKey(codes, end) ? end + 1 : null;
}

/** The next sign other than a space. */
const besides = (codes: readonly number[], place: number, step: 1 | -1): number =>
  codes[place + step] === SPACE ? (codes[place + 2 * step] ?? 0) : (codes[place + step] ?? 0);
