/**
 * Card numbers in the repository: published test cards and nothing else. What looks like a card is what the routes of
 * the vault refuse as one (shared/card/scan.ts), so this is their scanner's test on a large text, too.
 */
import { holdsPan } from '../../shared/card/scan.ts';
import { TEST_CARDS } from '../../shared/card/test-cards.ts';
import type { SourceFile } from './tree.ts';

/** Any published test card, plain or grouped, that is not part of a longer run of digits. */
const PUBLISHED = new RegExp(
  `(?<![0-9])(?:${Object.keys(TEST_CARDS)
    .map((digits) => digits.split('').join('[ \\u3000-]?'))
    .join('|')})(?![0-9])`,
  'g',
);

/** Lines that hold what looks like a card number, is no published test card and does not stand in `known`. */
export function strangeCards(files: readonly SourceFile[], known: readonly string[]): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => {
      const rest = known.reduce((left, part) => left.replaceAll(part, '…'), line.normalize('NFKC'));
      return holdsPan(rest.replaceAll(PUBLISHED, '…')) ? [`${path}:${index + 1}`] : [];
    }),
  );
}
