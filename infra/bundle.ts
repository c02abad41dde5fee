/**
 * Turns each handler that `routes.ts` names into one self-contained file that Lambda can run, and measures it. The
 * AWS SDK is bundled and tree-shaken rather than taken from the runtime, so what was tested is what is deployed. Output
 * depends on the sources alone: the same commit gives the same bytes, hence the same asset hashes.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { FunctionRow } from './routes.ts';

export interface BundlePaths {
  /** The project's root: paths inside the bundles are written relative to it. */
  readonly root: string;
  /** Where `<entry>.ts` is looked up. */
  readonly sources: string;
  /** Where built pages lie: `card.html`, `fuda.js`. */
  readonly pages: string;
  /** Receives `<entry>/index.mjs` and `<entry>/assets/`. */
  readonly output: string;
}

export interface BundleSize {
  readonly bytes: number;
  readonly gzipBytes: number;
  readonly assetBytes: number;
}

export const projectPaths = (root: string): BundlePaths => ({
  root,
  sources: join(root, 'functions'),
  pages: join(root, '.build/web'),
  output: join(root, '.build/functions'),
});

/** Bundles every row, packs its pages, and writes `sizes.json` beside the output folder. Throws naming what is missing. */
export async function bundleFunctions(
  rows: readonly FunctionRow[],
  paths: BundlePaths,
): Promise<Readonly<Record<string, BundleSize>>> {
  requireSources(rows, paths);
  if (rows.some((row) => row.assets?.length)) buildPages(paths);
  rmSync(paths.output, { recursive: true, force: true });
  await compile(rows, paths);
  const sizes = Object.fromEntries(
    rows.map((row) => [row.entry, pack(row, paths)] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(join(dirname(paths.output), 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  return sizes;
}

function requireSources(rows: readonly FunctionRow[], paths: BundlePaths): void {
  const missing = rows.map((row) => join(paths.sources, `${row.entry}.ts`)).filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`infra/routes.ts names handlers that do not exist:\n${missing.join('\n')}`);
}

/** One pass for all, so that what the handlers share is parsed once. */
async function compile(rows: readonly FunctionRow[], paths: BundlePaths): Promise<void> {
  await build({
    absWorkingDir: paths.root,
    entryPoints: rows.map((row) => ({
      in: join(paths.sources, `${row.entry}.ts`),
      out: join(row.entry, 'index'),
    })),
    outdir: paths.output,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's ES modules shake; its CommonJS build does not.
    mainFields: ['module', 'main'],
    minify: true,
    // Names reach logs and stack traces; keeping them costs 5 % of the size and no measurable start-up time.
    keepNames: true,
    legalComments: 'none',
    logLevel: 'error',
  });
}

function pack(row: FunctionRow, paths: BundlePaths): BundleSize {
  const folder = join(paths.output, row.entry);
  const code = readFileSync(join(folder, 'index.mjs'));
  let assetBytes = 0;
  for (const asset of row.assets ?? []) {
    mkdirSync(join(folder, 'assets'), { recursive: true });
    copyFileSync(join(paths.pages, asset), join(folder, 'assets', asset));
    assetBytes += statSync(join(paths.pages, asset)).size;
  }
  return { bytes: code.length, gzipBytes: gzipSync(code, { level: 9 }).length, assetBytes };
}

/** Runs `web/build.ts` when a page is missing or older than any source it is made from. */
function buildPages({ root, pages }: BundlePaths): void {
  const outputs = ['card.html', 'fuda.js'].map((name) => join(pages, name));
  const oldestOutputMs = Math.min(...outputs.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
  const sources = [join(root, 'web'), join(root, 'shared/card'), join(root, 'package-lock.json')];
  if (oldestOutputMs > Math.max(...sources.map(newestMs))) return;
  // The arrow infra → web is a path only: the browser build is its own program.
  const built = spawnSync(process.execPath, [join(root, 'web/build.ts')], { cwd: root, stdio: ['ignore', 2, 2] });
  const missing = outputs.filter((file) => !existsSync(file));
  if (built.status !== 0 || missing.length > 0) {
    throw new Error(`web/build.ts failed (exit ${built.status}); missing: ${missing.join(', ') || 'nothing'}`);
  }
}

function newestMs(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}
