/**
 * The licenses of the packages that a bundle holds, whose texts esbuild leaves out. MIT and Apache-2.0 want them beside each
 * copy: the pages name a file with them, the command line is packed with one, and the repository has one of all.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** None of these asks anything of a program that includes the package but its notice. */
const TAKEN: readonly string[] = ['MIT', 'Apache-2.0', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause'];

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

/** Folders of the packages among the inputs of a bundle, as esbuild's metafile names them. */
export function packagesAmong(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  return [...new Set(folders)].toSorted();
}

/** `jose 6.2.17: MIT`. Throws for a license that asks for more than its notice. */
export function packageTitle(root: string, folder: string): string {
  const { name, version, license } = readPackage(root, folder);
  if (!TAKEN.includes(license))
    throw new Error(`${name} ${version} is bundled, and its license, ${license}, is not one of ${TAKEN}`);
  return `${name} ${version}: ${license}`;
}

/** The packages, and each text once. */
export function licenseTexts(root: string, folders: readonly string[]): string {
  const byText = Map.groupBy(folders, (folder) => licenseText(root, folder));
  const parts = [...byText].map(([text, group]) =>
    [group.map((folder) => packageTitle(root, folder)).join('\n'), text].join('\n\n'),
  );
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const readPackage = (root: string, folder: string): Package =>
  JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

function licenseText(root: string, folder: string): string {
  const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file !== undefined) return readFileSync(join(root, folder, file), 'utf8').trim();
  const { license, author } = readPackage(root, folder);
  // A package without the file names its license all the same; ours is Apache-2.0.
  if (license !== 'MIT') return readFileSync(join(root, 'LICENSE'), 'utf8').split('\n   APPENDIX')[0]?.trim() ?? '';
  return `Copyright (c) ${typeof author === 'object' ? author.name : author}\n\n${MIT}`;
}
