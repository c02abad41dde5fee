/** Links between the pages of the repository: each leads to a file that is there, and to a heading that it has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './tree.ts';

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;

/** Links that lead nowhere. `exists` answers for paths from the root, pictures included. */
export function brokenLinks(files: readonly SourceFile[], exists: (path: string) => boolean): string[] {
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  return pages.flatMap((page) =>
    [...withoutCode(page.text).matchAll(LINK)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [path = '', heading] = target.split('#');
      const full = path === '' ? page.path : new URL(path, `file:///${page.path}`).pathname.slice(1);
      if (!exists(full)) return [`${page.path} links to ${target}, which is not there`];
      const text = files.find((file) => file.path === full)?.text ?? '';
      if (heading === undefined || headingsOf(text).includes(heading)) return [];
      return [`${page.path} links to ${target}, a heading that is not there`];
    }),
  );
}

export const existsUnder =
  (root: string) =>
  (path: string): boolean =>
    existsSync(join(root, decodeURI(path)));

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors that the usual Markdown renderers make of headings. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
