/**
 * Restricts expressions to few files or none: the environment, the clock, unfinished work, shortcuts, machine paths.
 */
import { dotted, type Module, type SyntaxNode } from './syntax.ts';
import type { SourceFile } from './tree.ts';

const where = ({ path }: SourceFile, line: number, what: string): string => `${path}:${line} ${what}`;

const find = (modules: readonly Module[], what: (node: SyntaxNode) => string | null): string[] =>
  modules.flatMap((module) =>
    module.nodes.flatMap((node) => {
      const found = what(node);
      return found === null ? [] : [where(module, node.line, found)];
    }),
  );

export function readsOfEnvironment(modules: readonly Module[], allowed: readonly string[]): string[] {
  const others = modules.filter(({ path }) => !allowed.includes(path));
  return find(others, ({ type, fields }) => {
    const isRead = type === 'MemberExpression' && dotted({ type, ...fields }) === 'process.env';
    const isImport = type === 'ImportDeclaration' && (fields.source as { value: string }).value === 'node:process';
    return isRead || isImport ? 'reads the environment' : null;
  });
}

/** Time and chance must be arguments, so that tests control them. */
export function readsOfClockOrChance(modules: readonly Module[], allowed: readonly string[]): string[] {
  const others = modules.filter(({ path }) => !allowed.includes(path));
  return find(others, ({ type, fields }) => {
    const name = type === 'MemberExpression' ? dotted({ type, ...fields }) : '';
    if (name === 'Date.now' || name === 'Math.random') return `uses ${name}`;
    const isNow = type === 'NewExpression' && dotted(fields.callee) === 'Date' && !(fields.arguments as [])?.length;
    return isNow ? 'uses new Date()' : null;
  });
}

/** Shortcuts that make a check pass without being true. */
export function shortcuts(modules: readonly Module[]): string[] {
  return find(modules, ({ type, fields }) => {
    if (type === 'TsKeywordType' && fields.kind === 'any') return 'uses the type any';
    const name = type === 'MemberExpression' ? dotted({ type, ...fields }) : '';
    if (/^jest\.(mock|unstable_mockModule|doMock)$/.test(name)) return `uses ${name}`;
    if (/^(test|it|describe)\.(only|skip|todo|failing)$/.test(name)) return `uses ${name}`;
    return /^(xit|xtest|xdescribe|fit|fdescribe)$/.test(dotted(fields.callee)) ? 'focuses or skips a test' : null;
  });
}

/** Written so that the pattern does not match this file. */
const UNFINISHED = /\b(?:TO[D]O|FIXM[E]|XX[X]|HAC[K])\b|@ts-(?:ignor[e]|nochec[k])/;
const MACHINE = /(?:^|[\s"'`(=])\/(?:hom[e]|User[s]|wor[k]|roo[t])\/[\w.-]+/;
const REGISTRY = /registr[y]\.(?:npmjs|yarnpkg)|[/.]npmj[s]\.org\b|"resolve[d]":\s*"http/;

const linesWith = (files: readonly SourceFile[], pattern: RegExp, what: string): string[] =>
  files.flatMap((file) =>
    file.text.split('\n').flatMap((line, index) => (pattern.test(line) ? [where(file, index + 1, what)] : [])),
  );

export const unfinishedWork = (files: readonly SourceFile[]): string[] =>
  linesWith(files, UNFINISHED, 'leaves work unfinished or a check switched off');

export const machinePaths = (files: readonly SourceFile[]): string[] =>
  linesWith(files, MACHINE, 'names a path of one machine');

export const registryHosts = (files: readonly SourceFile[]): string[] =>
  linesWith(files, REGISTRY, 'names a package registry');

/** Files that do not open with a comment. */
export const withoutOpening = (modules: readonly Module[]): string[] =>
  modules.filter(({ text }) => !/^(#![^\n]*\n)?(\/\*\*|\/\/ \S)/.test(text)).map(({ path }) => path);
