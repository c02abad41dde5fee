/**
 * Properties, drawn by the seed of the run: the only way to fast-check's `assert`, so that every failure can be
 * repeated. A failure names the seed, the smallest case that fails and the command that draws it again.
 */
import { join, relative } from 'node:path';
import { expect, jest } from '@jest/globals';
import * as fc from 'fast-check';
import { quoted } from './seed.ts';

const root = join(import.meta.dirname, '../..');

export interface PropertyOptions<Values> {
  /** How many cases are drawn; 100 unless said. */
  readonly runs?: number;
  /** Cases that failed once, by what was wrong with them. Each run tries them before it draws any. */
  readonly known?: Readonly<Record<string, Values>>;
}

/** Throws where the property does not hold for every known case and every drawn one. */
export function checkProperty<Values>(
  property: fc.IAsyncProperty<Values>,
  options?: PropertyOptions<Values>,
): Promise<void>;
export function checkProperty<Values>(property: fc.IProperty<Values>, options?: PropertyOptions<Values>): void;
export function checkProperty<Values>(
  property: fc.IRawProperty<Values>,
  { runs = 100, known = {} }: PropertyOptions<Values> = {},
): Promise<void> | void {
  const names = Object.keys(known);
  const examples = Object.values(known);
  // Known cases come beside the drawn ones, not instead of them.
  const numRuns = runs + examples.length;
  return fc.assert(property, {
    seed: jest.getSeed(),
    numRuns,
    examples,
    reporter: (details) => report(details, names),
  });
}

function report<Values>(details: fc.RunDetails<Values>, known: readonly string[]): void {
  if (!details.failed) return;
  const place = Number(details.counterexamplePath?.split(':')[0]);
  const { currentTestName = '', testPath = '' } = expect.getState();
  const lines = [
    ...(known[place] === undefined ? [] : [`The known case that fails: ${known[place]}`]),
    fc.defaultReportMessage(details),
    `Again: FUDA_TEST_SEED=${details.seed} npm test -- ${quoted(relative(root, testPath))} -t ${quoted(literal(currentTestName))}`,
    'Keep this case: add it by name to `known` of the property, and every run tries it first.',
  ];
  throw new Error(lines.join('\n'), { cause: details.errorInstance });
}

/** As Jest's `-t` wants it, which is a pattern. */
const literal = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
