/**
 * How the time of a search grows with the text, at worst. It is in proportion where the number of ways to read a text has a
 * bound; it grows with a power where there are two loops of which a text can be read in the first, from the first to the
 * second, and in the second; and exponentially where a loop can read one text in two ways (Weber and Seidl, On the Degree of
 * Ambiguity of Finite Automata, 1991).
 */
import { type AST, RegExpParser, visitRegExpAST } from '@eslint-community/regexpp';
import { type Alphabet, alphabetOf } from './alphabet.ts';
import { loopsOf } from './loops.ts';
import { type Move, type Paths, type Position, pathsOf, UnreadableExpression } from './paths.ts';

/** How many times a character may be read because of repetitions that have an end. */
export const READINGS_MAX = 400;

/** What is wrong with an expression; null for one that reads each text in a time in proportion to it. */
export function growthOf(source: string, flags: string): string | null {
  const mode = { unicode: flags.includes('u'), unicodeSets: flags.includes('v') };
  const pattern = new RegExpParser().parsePattern(source, 0, source.length, mode);
  try {
    const alphabet = alphabetOf(pattern, flags);
    const isMultiline = flags.includes('m');
    const paths = pathsOf(pattern.alternatives, alphabet, isMultiline);
    return faultOf(withStart(paths, alphabet)) ?? faultOfLookarounds(pattern, alphabet, isMultiline);
  } catch (error) {
    if (error instanceof UnreadableExpression) return `cannot be judged: ${error.message}`;
    throw error;
  }
}

function faultOf(positions: readonly Position[]): string | null {
  const loops = loopsOf(positions, (step) => !step.isCounted);
  if (loops.hasTwoWays()) return 'a loop reads a text in two ways';
  if (loops.rivals().length > 0) return 'two loops read a text, or a loop and the search for its beginning';
  // Now as if no repetition had an end, to see which of them are bounded by their number only.
  const counted = loopsOf(positions, () => true);
  if (counted.hasTwoWays()) return 'repetitions of repetitions read a text in two ways';
  const readings = counted.rivals().reduce((product, loop) => {
    const repeats = [...loop].map((at) => positions[at]?.repeatsMax ?? 1);
    return product * Math.max(...repeats);
  }, 1);
  return readings > READINGS_MAX ? `a text may be read ${readings} times` : null;
}

/** A lookaround reads what is read again after it, at each place where it stands. */
function faultOfLookarounds(pattern: AST.Pattern, alphabet: Alphabet, isMultiline: boolean): string | null {
  const faults: string[] = [];
  visitRegExpAST(pattern, {
    onAssertionEnter(node) {
      if (node.kind !== 'lookahead' && node.kind !== 'lookbehind') return;
      const { positions } = pathsOf(node.alternatives, alphabet, isMultiline);
      const isEndless = positions.some(({ steps }, at) => steps.some(({ to, isCounted }) => to <= at && !isCounted));
      const repeats = Math.max(1, ...positions.map(({ repeatsMax }) => repeatsMax));
      if (isEndless) faults.push(`a ${node.kind} without an end`);
      else if (repeats > READINGS_MAX) faults.push(`a ${node.kind} over ${repeats} characters`);
    },
  });
  return faults[0] ?? null;
}

/** With a position for what is passed over before a match begins, since a search begins at each character. */
function withStart({ positions, firsts }: Paths, { size }: Alphabet): Position[] {
  const to = positions.length;
  const steps: Move[] = firsts.map(({ position, demands }) => ({ to: position, demands, isCounted: false }));
  const signs = new Uint8Array(size + 1).fill(1, 1);
  return [
    ...positions,
    { signs, repeatsMax: 1, canEnd: false, steps: [...steps, { to, demands: [], isCounted: false }] },
  ];
}
