/**
 * Builds what browsers load: `.build/web/card.html`, one file with its style and script inside, and
 * `.build/web/fuda.js`. The same sources give the same bytes. Run directly, it prints the sizes.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildOptions, build, transform } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));

/** Every browser of the last three years. */
const TARGET = ['es2022', 'chrome109', 'firefox115', 'safari16'];

const SCRIPT: BuildOptions = {
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: TARGET,
  charset: 'utf8',
  legalComments: 'none',
  write: false,
  absWorkingDir: join(here, '..'),
};

export interface BuiltFile {
  readonly name: 'card.html' | 'fuda.js';
  readonly bytes: number;
  readonly gzipBytes: number;
}

export async function buildWeb(outputFolder: string): Promise<readonly BuiltFile[]> {
  await mkdir(outputFolder, { recursive: true });
  const files = { 'card.html': await cardPage(), 'fuda.js': await bundle('web/sdk/fuda.ts') };
  return Promise.all(
    (Object.keys(files) as (keyof typeof files)[]).map(async (name) => {
      const text = files[name];
      // Moved into place whole: a vault may be serving the file meanwhile.
      const aside = join(outputFolder, `.${name}.${process.pid}`);
      await writeFile(aside, text);
      await rename(aside, join(outputFolder, name));
      return { name, bytes: Buffer.byteLength(text), gzipBytes: gzipSync(text, { level: 9 }).length };
    }),
  );
}

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({ ...SCRIPT, entryPoints: [entry] });
  const [file] = outputFiles ?? [];
  if (file === undefined) throw new Error(`esbuild wrote nothing for ${entry}`);
  return file.text.trim();
}

async function cardPage(): Promise<string> {
  const [html, css, script] = await Promise.all([
    readFile(join(here, 'hosted/card.html'), 'utf8'),
    readFile(join(here, 'hosted/card.css'), 'utf8'),
    bundle('web/hosted/main.ts'),
  ]);
  const style = (await transform(css, { loader: 'css', minify: true, target: TARGET, charset: 'utf8' })).code.trim();
  if (/<\/(script|style)/i.test(script + style)) throw new Error('the script or style would end its own element');
  // Between lines the markup has nothing but indentation.
  const markup = html.replace(/\n\s*/g, (_gap: string, at: number) => (html[at - 1] === '>' ? '' : ' ')).trim();
  return fill(fill(markup, 'style', style), 'script', script);
}

/** Puts `text` into the one empty element of that name. */
function fill(html: string, element: 'style' | 'script', text: string): string {
  const [before, after, ...more] = html.split(`<${element}></${element}>`);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(`card.html needs exactly one empty ${element}`);
  }
  return `${before}<${element}>${text}</${element}>${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  for (const { name, bytes, gzipBytes } of await buildWeb(join(here, '../.build/web'))) {
    console.log(`${name.padEnd(10)} ${kilobytes(bytes).padStart(9)}  gzip ${kilobytes(gzipBytes).padStart(8)}`);
  }
}
