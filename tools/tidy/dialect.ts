/**
 * Dialect: turns of phrase that make a reader guess what in the code a sentence is about. The table says what to write
 * instead; the sentence, not the word, is what needs the change. `tools/tidy/list-dialect.ts` prints where they are.
 */
import type { Passage } from './prose.ts';

/** A phrase as a pattern, where a space stands for any white space, and what to write instead. */
const PHRASES: readonly (readonly [phrase: string, instead: string])[] = [
  ['whose', 'name the owner and the thing, or make it two sentences'],
  ['whom', 'name the person, the program or the system'],
  ['who(?:m|so)?ever', 'name the caller: anyone who, each client that'],
  ['whatever', 'any, every, or the list of things meant'],
  ['whichever', 'the one that, or both by name'],
  ['nobody|no one', 'no caller, no role, no function: say which'],
  ['(?:is|are|was|were|be|been|being) told', 'receives, gets, is configured with'],
  ['(?:told|hears?|heard) of', 'receives, is notified of, reads'],
  ['of (?:its|their|his|our|your|one’s|an?) own', 'its own, a separate'],
  ['besides', 'also, other than, except'],
  ['what(?:ever)? (?:became|becomes|has become|is to become|will become) of', 'the result of, the outcome of'],
  ['what comes? of', 'the result of'],
  ['(?:can|could|may|cannot|to) be had|had back', 'is available, can be restored'],
  ['what there is', 'the ones that exist, by name'],
  ['at hand', 'available, present, given'],
  ['what (?:is|was) left(?! out)', 'the rest, the remaining, unused'],
  ['however (?:often|many|much|long|late|small|large|few)', 'any number of times, of any size'],
  ['all there is', 'everything, the only'],
  ['as good as', 'equivalent to, nearly'],
  ['knows? of', 'knows, has, reads'],
  ['comes? to be', 'becomes, is made'],
  ['but for', 'except'],
  ['of late', 'recently'],
  ['of now', 'current'],
  ['(?:this|that|the) very', 'this, the same, exactly'],
  ['mend(?:s|ed|ing)?', 'fix, repair'],
  ['len[dt]s?|lending', 'give, pass, share'],
  ['in vain|whereby|wherein|thereby|therein|thereof|whence|lest', 'a plain connective: so, because, in which'],
  ['(?:none|no one|nobody|nothing|anything) but|no \\w+ but(?= (?:the|an?|its|those|to|by)\\b)', 'only'],
  ['(?:that|which|it|this) (?:is|are|was) no (?!longer|more|less|such|way|need)\\w+', 'is not a'],
  ['(?<!there )(?:is|are|was|were) none', 'is not one'],
  [
    "(?:\\w+[’']s|ours|theirs) to (?:say|tell|give|take|make|do|know|decide|judge|fill)",
    'the subject first: X decides',
  ],
  ['(?:to|for|from|by|with|than|but|as) who', 'the person or program by name'],
];

/** “Who may open a card”, as the name of a thing: a sentence that starts so and asks nothing. */
const WHO_CLAUSE = /(?:^\W*|[.;:]\s+)Who\b(?![^.?]*\?)/;

const PATTERNS: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  ...PHRASES.map(([phrase, instead]) => ({
    pattern: new RegExp(`\\b(?:${phrase.replaceAll(' ', '\\s+')})\\b`, 'i'),
    instead,
  })),
  { pattern: WHO_CLAUSE, instead: 'the role, caller or person as a noun' },
];

/** These files quote dialect to find it. */
export const quotesDialect = ({ path }: { readonly path: string }): boolean =>
  ['tools/tidy/dialect.ts', 'test/tools/tidy/rules.test.ts'].includes(path);

export interface Dialect {
  /** Where each phrase is and what to write instead: at most one a pattern and passage. */
  readonly found: readonly string[];
  /** Passages with dialect ÷ all passages. */
  readonly share: number;
}

/** A text that stands in several places, as generated pages repeat descriptions, counts once. */
export function dialectIn(passages: readonly Passage[]): Dialect {
  const distinct = [...new Map(passages.toReversed().map((passage) => [passage.text, passage])).values()].toReversed();
  const faulty = distinct.map(faultsOf).filter(({ length }) => length > 0);
  return { found: faulty.flat(), share: faulty.length / Math.max(1, distinct.length) };
}

function faultsOf({ path, line, text }: Passage): string[] {
  return PATTERNS.flatMap(({ pattern, instead }) => {
    const match = pattern.exec(text);
    if (match === null) return [];
    const lines = text.slice(0, match.index).split('\n').length - 1;
    return [`${path}:${line + lines}: ${match[0].trim().replace(/\s+/g, ' ')} → ${instead}`];
  });
}
