/**
 * Checks `.gitattributes` and `CODEOWNERS`, because a row for a moved path silently protects nothing. Also checks that
 * `.gitattributes` lists every generated page.
 */
import { MARK } from '../docs/markdown.ts';
import type { SourceFile } from './tree.ts';

export const ATTRIBUTES = '.gitattributes';
export const OWNERS = '.github/CODEOWNERS';

interface Row {
  readonly path: string;
  readonly says: string;
}

const textOf = (files: readonly SourceFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? '';

/** Plain paths; rows for `*` are left out. */
function rowsOf(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line !== '' && !/^[#*]/.test(line));
  return lines.map((line) => ({ path: line.split(' ')[0] ?? '', says: line.slice(line.indexOf(' ') + 1) }));
}

/** Rows for missing paths. A path that ends in `/` is a folder. */
export function lostRows(files: readonly SourceFile[]): string[] {
  return [ATTRIBUTES, OWNERS].flatMap((name) => {
    const rows = rowsOf(textOf(files, name));
    if (rows.length === 0) return [`${name} has no row`];
    const isThere = (path: string) =>
      files.some((file) => (path.endsWith('/') ? `/${file.path}`.startsWith(`/${path}`) : file.path === path));
    return rows.filter(({ path }) => !isThere(path.replace(/^\//, ''))).map(({ path }) => `${name} names ${path}`);
  });
}

/** Generated pages without a row, and rows for pages without the mark. */
export function wrongMarks(files: readonly SourceFile[]): string[] {
  const rows = rowsOf(textOf(files, ATTRIBUTES)).filter(({ says }) => /^-?linguist-generated$/.test(says));
  const marked = files.filter(({ text }) => text.startsWith(MARK)).map(({ path }) => path);
  const listed = rows.map(({ path }) => path);
  return [
    ...marked.filter((path) => !listed.includes(path)).map((path) => `${path} has no row in ${ATTRIBUTES}`),
    // JSON has no comments.
    ...listed
      .filter((path) => !path.endsWith('.json') && !marked.includes(path))
      .map((path) => `${path} does not begin with ${MARK}`),
  ];
}
