/** Reads the repository for the tidy rules: every text file that git would track, with its path from the root. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

/**
 * Reads the working tree without ignored files, so that uncommitted files and copies without `.git` are checked too.
 * Supports the forms in this repository's `.gitignore`: `name/`, `/name/` and `*.ending`.
 */
export function readTree(root: string): readonly SourceFile[] {
  const lines = readFileSync(join(root, '.gitignore'), 'utf8').split('\n').filter(Boolean);
  const unknown = lines.filter((line) => !/^\/?[\w.-]+\/$|^\*[\w.-]+$/.test(line));
  if (unknown.length > 0) throw new Error(`the tidy test cannot read these lines of .gitignore: ${unknown.join(', ')}`);
  const endings = lines.filter((line) => line.startsWith('*')).map((line) => line.slice(1));
  const isIgnored = (path: string, isFolder: boolean): boolean => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    // A folder; in a second worktree a file.
    if (name === '.git') return true;
    if (!isFolder) return endings.some((ending) => name.endsWith(ending));
    return lines.includes(`${name}/`) || lines.includes(`/${path}/`);
  };
  return readFolder(root, '', isIgnored);
}

function readFolder(
  root: string,
  folder: string,
  isIgnored: (path: string, isFolder: boolean) => boolean,
): readonly SourceFile[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .map((entry) => ({ entry, path: folder === '' ? entry.name : `${folder}/${entry.name}` }))
    .filter(({ entry, path }) => !isIgnored(path, entry.isDirectory()))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap(({ entry, path }) => {
      if (entry.isDirectory()) return readFolder(root, path, isIgnored);
      const text = entry.isFile() ? readFileSync(join(root, path), 'utf8') : '\0';
      // A NUL means an image or another file that is not text.
      return text.includes('\0') ? [] : [{ path, text }];
    });
}
