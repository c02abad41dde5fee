/**
 * Card numbers in the repository: published test cards and nothing else. What looks like a card is what the routes of
 * the vault refuse as one (shared/card/scan.ts), here as it is written and cell by cell: tables of figures lie in this
 * repository, and encoded texts that tests and vectors made of published cards.
 */
import { plainText } from '../../shared/card/readings.ts';
import { holdsNumber } from '../../shared/card/scan.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import type { SourceFile } from './tree.ts';

/** Any published test card, plain or grouped, that is not part of a longer run of digits. */
const PUBLISHED = new RegExp(
  `(?<![0-9])(?:${Object.keys(TEST_CARDS)
    .map((digits) => digits.split('').join('[ -]?'))
    .join('|')})(?![0-9])`,
  'g',
);

/** A hash, or a message of a vector: random digits of such a length look like many cards. */
const LONG_HEX = /[0-9a-f]{40,}/gi;

/** Lines with text that looks like a card number, other than published test cards and texts in `known`. */
export function strangeCards(files: readonly SourceFile[], known: readonly string[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const rest = known.reduce((left, part) => left.replaceAll(part, '…'), plainText(line));
      const cells = rest.replaceAll(LONG_HEX, '…').replaceAll(PUBLISHED, '…').split(/[|,]/);
      return cells.some(holdsNumber) ? [`${path}:${index + 1}`] : [];
    }),
  );
}
