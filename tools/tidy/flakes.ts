/**
 * Finds tests that fail by chance or on a slow machine: they wait by the clock or by what a page may refuse, or search
 * for text that ids and ports may contain.
 */
import { type Module, memberOf } from './syntax.ts';

/** A pause is too short on some machine and too long on all others, so tests wait for an event instead. */
export const pauses = (modules: readonly Module[]): string[] =>
  modules.flatMap(({ path, nodes }) =>
    nodes.flatMap((node) => (memberOf(node) === 'waitForTimeout' ? [`${path}:${node.line} waits by the clock`] : [])),
  );

/** Each line of the modules in which the pattern is found, with what is said of it. */
const linesWith = (modules: readonly Module[], pattern: RegExp, says: string): string[] =>
  modules.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${says}`] : [])),
  );

/** Playwright looks again by `eval` in the page, which a Content Security Policy refuses: it passes on a slow machine only. */
export const evaluatedWaits = (modules: readonly Module[]): string[] =>
  linesWith(modules, /\.waitForFunction\(['"`]/, 'waits for text that a page may not evaluate');

/** A few digits alone, or as one of several alternatives. */
const FEW_DIGITS = /\.not\.to(?:Contain|Match)\((?:'[\d ]{1,6}'|\/(?:[^/]*\|)?[\d ]{1,6}(?:\|[^/]*)?\/)/;
/** Outputs in these tests hold ports, ids, hashes and times. */
const OF_SERVERS = /^test\/(?:examples|flows|web)\//;

/** In `expect(text).not.toContain('837')`, a port such as 42837 would be found. */
export const shortNeedles = (modules: readonly Module[]): string[] =>
  linesWith(
    modules.filter(({ path }) => OF_SERVERS.test(path)),
    FEW_DIGITS,
    'searches for digits that a port or an id may have',
  );
