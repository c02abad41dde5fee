/**
 * A text without the names in it: keys, tags, words with letters. Between the parts of a number that a PSP sent as
 * several fields stand names, which may hold digits themselves (`pan1`, `"0":`).
 */
import { isLetter, NAME, ReadingWriter, type TextReading } from './reading.ts';
import { endOfWord, holdsLetter, isKey } from './words.ts';

const [LESS = 0, GREATER, SLASH] = ['<', '>', '/'].map((sign) => sign.charCodeAt(0));

/** Each name becomes one sign; where there are tags, once with all that they hold left out and once without. */
export function valuesOf(reading: TextReading): TextReading[] {
  const withTags = withoutNames(reading, false);
  return reading.codes.includes(LESS) ? [withTags, withoutNames(reading, true)] : [withTags];
}

function withoutNames({ codes, from, to }: TextReading, dropsTags: boolean): TextReading {
  const writer = new ReadingWriter();
  for (let index = 0; index < codes.length; ) {
    const wordEnd = endOfWord(codes, index);
    const isName = wordEnd === index ? false : holdsLetter(codes, index, wordEnd) || isKey(codes, wordEnd);
    const nameEnd = isName ? wordEnd : dropsTags ? endOfTag(codes, index) : index;
    if (nameEnd > index) writer.put(NAME, from[index] ?? 0, to[nameEnd - 1] ?? 0);
    const end = nameEnd > index ? nameEnd : Math.max(wordEnd, index + 1);
    for (let place = Math.max(index, nameEnd); place < end; place += 1) {
      writer.put(codes[place] ?? 0, from[place] ?? 0, to[place] ?? 0);
    }
    index = end;
  }
  return writer.done();
}

/** `start` where no tag begins. */
function endOfTag(codes: readonly number[], start: number): number {
  const next = codes[start + 1] ?? 0;
  if (codes[start] !== LESS || !(isLetter(next) || next === SLASH)) return start;
  for (let end = start + 1; end < codes.length; end += 1) {
    if (codes[end] === GREATER) return end + 1;
    // Not a tag. The text before this sign is read again, but only once, because the next search begins here.
    if (codes[end] === LESS) return start;
  }
  return start;
}
