/**
 * Builds what browsers load into `.build/web`, from the rows of outputs.ts: pages with inlined style and script,
 * scripts, their types, and the inventory. The same sources give the same bytes. Run directly, it prints the sizes.
 * `--keep` adds the scripts of a release to released.json, so that pages which pin them work after the next release.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build } from 'esbuild';
import { declarations } from './declarations.ts';
import { FLOOR } from './floor.ts';
import { inventory, pinned, servedFiles, type TextsByName } from './inventory.ts';
import { licenseTexts, packagesAmong, packageTitle } from './licenses.ts';
import { PAGES, type PageOutput, SCRIPTS, type ScriptOutput } from './outputs.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const RELEASED = join(root, 'web/released.json');

const TARGET = ['es2022', ...Object.entries(FLOOR).map(([browser, version]) => browser + version)];

const SCRIPT: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'browser',
  target: TARGET,
  charset: 'utf8',
  legalComments: 'none',
  write: false,
  metafile: true,
  absWorkingDir: root,
};

/** Served with the scripts: the licenses of the packages in them and in the pages. */
const LICENSES = 'licenses.txt';

export interface BuiltFile {
  readonly name: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

/** `released` are the kept scripts of earlier releases. */
export async function buildWeb(outputFolder: string, released?: TextsByName): Promise<readonly BuiltFile[]> {
  await mkdir(outputFolder, { recursive: true });
  const inputs = new Set<string>();
  const scripts = await textsOf(SCRIPTS, ({ entry, format }) => bundle(entry, format, inputs));
  const pages = await textsOf(PAGES, (page) => fillPage(page, inputs));
  const integrity = `${JSON.stringify(inventory(scripts, pages), null, 2)}\n`;
  const types = { 'fuda.d.mts': await declarations() };
  const texts = { [LICENSES]: licenseTexts(root, packagesAmong([...inputs])) };
  const kept = { ...(released ?? (await readReleased())), ...pinned(scripts) };
  const files = {
    ...pages,
    ...scripts,
    ...types,
    'integrity.json': integrity,
    'served.json': JSON.stringify(servedFiles({ ...scripts, ...types, ...texts, 'integrity.json': integrity }, kept)),
  };
  return Promise.all(Object.entries(files).map(([name, text]) => put(outputFolder, name, text)));
}

/** Renames a complete file into place, because a vault may be serving the old one. */
async function put(folder: string, name: string, text: string): Promise<BuiltFile> {
  const aside = join(folder, `.${name}.${process.pid}`);
  await writeFile(aside, text);
  await rename(aside, join(folder, name));
  return { name, bytes: Buffer.byteLength(text), gzipBytes: gzipSync(text, { level: 9 }).length };
}

async function textsOf<Row extends { readonly name: string }>(
  rows: readonly Row[],
  make: (row: Row) => Promise<string>,
): Promise<Record<string, string>> {
  const texts = await Promise.all(rows.map(async (row) => [row.name, await make(row)] as const));
  return Object.fromEntries(texts);
}

/** Adds the files that were bundled to `inputs`. */
async function bundle(entry: string, format: ScriptOutput['format'], inputs: Set<string>): Promise<string> {
  const { outputFiles, metafile } = await build({ ...SCRIPT, format, entryPoints: [entry] });
  const files = Object.keys(metafile?.inputs ?? {});
  for (const file of files) inputs.add(file);
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  const packages = packagesAmong(files).map((folder) => packageTitle(root, folder));
  const notice = packages.length === 0 ? '' : `/*! With ${packages.join(', ')} (/js/${LICENSES}) */`;
  return notice + file.text.trim();
}

async function fillPage(page: PageOutput, inputs: Set<string>): Promise<string> {
  const [own, lender, style, script] = await Promise.all([
    readFile(join(root, page.markup), 'utf8'),
    page.borrowsFrom === undefined ? '' : readFile(join(root, page.borrowsFrom), 'utf8'),
    bundle(page.style, 'iife', inputs),
    bundle(page.script, 'iife', inputs),
  ]);
  const html = borrow(own, lender);
  if (/<\/(script|style)/i.test(script + style)) throw new Error('the script or style would end its own element');
  // Whitespace between lines of markup is only indentation.
  const markup = html.replace(/\n\s*/g, (_gap: string, at: number) => (html[at - 1] === '>' ? '' : ' ')).trim();
  return fill(fill(markup, 'style', style), 'script', script);
}

/**
 * Replaces empty elements by those of the other page with the same name and id or class, so that the card form is
 * defined once.
 */
function borrow(html: string, lender: string): string {
  return html.replaceAll(/<(\w+) ((?:id|class)="[\w-]+")[^<>]*><\/\1>/g, (empty, element: string, by: string) => {
    const [, rest] = lender.split(`<${element} ${by}`);
    const end = rest?.indexOf(`</${element}>`) ?? -1;
    return rest === undefined || end === -1 ? empty : `<${element} ${by}${rest.slice(0, end)}</${element}>`;
  });
}

/** Puts `text` into the one empty element of that name. */
function fill(html: string, element: 'style' | 'script', text: string): string {
  const [before, after, ...more] = html.split(`<${element}></${element}>`);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`a page needs exactly one empty ${element}`);
  }
  return `${before}<${element}>${text}</${element}>${after}`;
}

const readReleased = async (): Promise<TextsByName> => JSON.parse(await readFile(RELEASED, 'utf8'));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const folder = join(root, '.build/web');
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const { name, bytes, gzipBytes } of await buildWeb(folder)) {
    console.log(`${name.padEnd(14)} ${kilobytes(bytes).padStart(9)}  gzip ${kilobytes(gzipBytes).padStart(8)}`);
  }
  if (values.keep) {
    const scripts = await textsOf(SCRIPTS, ({ name }) => readFile(join(folder, name), 'utf8'));
    await writeFile(RELEASED, `${JSON.stringify({ ...(await readReleased()), ...pinned(scripts) }, null, 2)}\n`);
  }
}
