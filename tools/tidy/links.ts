/** Checks that links between pages and paths in plain text lead to existing files and headings. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './tree.ts';

const LINK = /!?\[[^\]]*\]\(([^)\s]+)\)/g;

/** Broken links. `exists` takes paths from the root, pictures included. */
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

/** A path of a file or folder from the root, in a page or in the comments of a script. */
const PATH = /(?<![\w./@$}-])([a-z]+)\/[\w./-]*\w/g;
/** A block of code that the reader should write to this file. */
const TO_BE_WRITTEN = /^```ts\n\/\/ (\S+)$/gm;
const COMMENT = /(?:^\s*(?:\/\/|\/?\*)|\s\/\/ ).*$/gm;

/** Missing paths below the folders of the house in pages and comments. */
export function lostPaths(files: readonly SourceFile[], exists: (path: string) => boolean): string[] {
  const folders = new Set(files.flatMap(({ path }) => (path.includes('/') ? [path.split('/')[0]] : [])));
  return files.flatMap(({ path, text }) => {
    const isPage = path.endsWith('.md');
    if (!isPage && !/\.(ts|mjs|js|sql|py|css|html)$/.test(path)) return [];
    const read = isPage ? text : (text.match(COMMENT) ?? []).join('\n');
    const toCome = [...read.matchAll(TO_BE_WRITTEN)].map(([, written]) => written);
    const named = [...read.matchAll(PATH)].filter(([, folder]) => folders.has(folder)).map(([found]) => found);
    const lost = named.filter((found) => !exists(found) && !toCome.includes(found));
    return lost.map((found) => `${path} names ${found}, which is not there`);
  });
}

export const existsUnder =
  (root: string) =>
  (path: string): boolean =>
    existsSync(join(root, decodeURI(path)));

/**
 * Code on a page after a link to its file, `From …, [path](path):`, that is not in that file, because pages must show
 * code that runs.
 */
export function misquotes(files: readonly SourceFile[]): string[] {
  const pages = files.filter(({ path }) => path.endsWith('.md'));
  return pages.flatMap((page) => {
    let source = '';
    return page.text.split(/^(?=From .*\]\(|#|```)/m).flatMap((part) => {
      if (part.startsWith('#')) source = '';
      if (part.startsWith('From ')) source = /\]\(([^)]+)\):$/m.exec(part)?.[1] ?? '';
      const code = /^```[a-z]+\n([\s\S]+)/.exec(part)?.[1]?.trimEnd();
      if (source === '' || code === undefined) return [];
      const path = new URL(source, `file:///${page.path}`).pathname.slice(1);
      const text = files.find((file) => file.path === path)?.text ?? '';
      return text.includes(code) ? [] : [`${page.path} shows code that ${path} does not have: ${code.split('\n')[0]}`];
    });
  });
}

const withoutCode = (text: string): string => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** The anchors of headings in usual Markdown renderers. */
const headingsOf = (text: string): string[] =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
