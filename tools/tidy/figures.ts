/** Prints the sizes of the source, for a reader to question the longest parts. It never fails. */
import { dotted, type Module } from './syntax.ts';

interface Sized {
  readonly name: string;
  readonly lines: number;
}

const FUNCTIONS = /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ClassMethod|PrivateMethod)$/;

export interface Figures {
  readonly files: readonly Sized[];
  readonly functions: readonly Sized[];
  readonly commentShare: number;
  /** Calls of `needs`, which states what must hold at a point. */
  readonly invariants: number;
  readonly sourceLines: number;
  readonly testLines: number;
}

/** Tools count as tests, because neither is deployed. */
const isTest = ({ path }: Module): boolean => /^(test|tools)\//.test(path);
const isInvariant = ({ type, fields }: Module['nodes'][number]): boolean =>
  type === 'CallExpression' && dotted(fields.callee) === 'needs';
const linesIn = (text: string): number => text.trimEnd().split('\n').length;
const total = (sizes: readonly Sized[]): number => sizes.reduce((sum, { lines }) => sum + lines, 0);

export function measure(modules: readonly Module[]): Figures {
  const source = modules.filter((module) => !isTest(module));
  const files = source.map(({ path, text }) => ({ name: path, lines: linesIn(text) }));
  const functions = source.flatMap(({ path, nodes }) =>
    nodes
      .filter(({ type }) => FUNCTIONS.test(type))
      .map(({ line, lastLine }) => ({ name: `${path}:${line}`, lines: lastLine - line + 1 })),
  );
  const written = source.flatMap(({ text }) => text.split('\n')).filter((line) => line.trim() !== '');
  const comments = written.filter((line) => /^\s*(\/\/|\/\*|\*)/.test(line));
  const tests = modules.filter(isTest).map(({ path, text }) => ({ name: path, lines: linesIn(text) }));
  return {
    files,
    functions,
    invariants: source.flatMap(({ nodes }) => nodes).filter(isInvariant).length,
    commentShare: comments.length / Math.max(1, written.length),
    sourceLines: total(files),
    testLines: total(tests),
  };
}

/** The quantile of the sizes. */
export function quantile(sizes: readonly Sized[], share: number): number {
  const sorted = sizes.map(({ lines }) => lines).toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const longest = (sizes: readonly Sized[]): string =>
  sizes
    .toSorted((a, b) => b.lines - a.lines)
    .slice(0, 3)
    .map(({ name, lines }) => `${name} (${lines})`)
    .join(', ');

export function report({ files, functions, commentShare, invariants, sourceLines, testLines }: Figures): string {
  const row = (name: string, sizes: readonly Sized[]) =>
    `  ${name.padEnd(10)}${sizes.length}, median ${quantile(sizes, 0.5)} lines, p90 ${quantile(sizes, 0.9)}; longest ${longest(sizes)}`;
  return [
    row('files', files),
    row('functions', functions),
    `  comments  ${(commentShare * 100).toFixed(0)} % of ${sourceLines} source lines; tests and tools : source ${(testLines / sourceLines).toFixed(2)}`,
    `  needs     ${invariants} invariants, one in ${Math.round(sourceLines / Math.max(1, invariants))} source lines`,
  ].join('\n');
}
