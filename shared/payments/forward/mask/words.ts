/** Words of letters and digits in a reading, and what makes one a key. */
import { isDigit, isLetter } from './reading.ts';

const at = (sign: string): number => sign.charCodeAt(0);
const [COLON, EQUALS] = [at(':'), at('=')];
const CLOSING = new Set(['"', "'", '\\', ']', ' '].map(at));
/** How far behind a key its colon may stand. */
const CLOSING_MAX = 6;

/** `start` where no word begins. */
export function endOfWord(codes: readonly number[], start: number): number {
  let end = start;
  while (isDigit(codes[end] ?? 0) || isLetter(codes[end] ?? 0)) end += 1;
  return end;
}

export function holdsLetter(codes: readonly number[], start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (isLetter(codes[index] ?? 0)) return true;
  return false;
}

/** Whether the word that ends here is the name of a value: `"0":`, `pan[0]=`. */
export function isKey(codes: readonly number[], end: number): boolean {
  for (let index = end; index < end + CLOSING_MAX; index += 1) {
    const code = codes[index] ?? 0;
    if (code === COLON || code === EQUALS) return true;
    if (!CLOSING.has(code)) return false;
  }
  return false;
}
