/**
 * Reads a whole card out of one pasted text, as people copy it from a note or a password manager: number, expiry, code.
 * Safe in a browser.
 */
import { brandOf } from './brand.ts';
import { foldDigits, numberFault } from './number.ts';

export interface PastedCard {
  readonly number: string;
  /** `MM / YY`. */
  readonly expiry: string;
  /** Where the text has one. */
  readonly cvc?: string;
}

/** Longer texts are no card. */
const TEXT_LENGTH_MAX = 200;
/** Between the groups of a number. */
const GAP = /^[\s\p{Pd}]{1,3}$/u;

interface Run {
  readonly figures: string;
  readonly start: number;
  readonly end: number;
}

/** Null for a text that is a number alone, or nothing that is certainly a card. */
export function readPastedCard(text: string): PastedCard | null {
  if (text.length > TEXT_LENGTH_MAX) return null;
  const plain = foldDigits(text);
  const runs: Run[] = [...plain.matchAll(/\d+/g)].map((match) => {
    const start = match.index ?? 0;
    return { figures: match[0], start, end: start + match[0].length };
  });
  let number = '';
  for (const [index, run] of runs.entries()) {
    const gap = plain.slice(runs[index - 1]?.end ?? 0, run.start);
    if (index > 0 && !GAP.test(gap)) return null;
    number += run.figures;
    const card = numberFault(number) === null ? readRest(number, runs.slice(index + 1)) : null;
    if (card !== null) return card;
  }
  return null;
}

/** What follows the number: an expiry, and a code or nothing. */
function readRest(number: string, rest: readonly Run[]): PastedCard | null {
  const [first = '', second = ''] = rest.map(({ figures }) => figures);
  const inOne = expiryOf(first.slice(0, 2), first.slice(2));
  const expiry = inOne ?? expiryOf(first, second) ?? expiryOf(second, first);
  const [cvc, ...more] = rest.slice(inOne === null ? 2 : 1).map(({ figures }) => figures);
  if (expiry === null || more.length > 0) return null;
  if (cvc === undefined) return { number, expiry };
  return cvc.length === brandOf(number)?.cvcLength ? { number, expiry, cvc } : null;
}

function expiryOf(month: string, year: string): string | null {
  if (!/^(0?[1-9]|1[0-2])$/.test(month) || !/^(20)?\d\d$/.test(year)) return null;
  return `${month.padStart(2, '0')} / ${year.slice(-2)}`;
}
