/**
 * Bundles each handler that `routes.ts` names into one self-contained file for Lambda. The AWS SDK is bundled and
 * tree-shaken rather than taken from the runtime, so what was tested is what is deployed. The output depends on the
 * sources only: the same commit gives the same bytes, hence the same asset hashes.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { environmentCredentialsOnly } from './env-credentials.ts';
import { lazyBuiltins } from './lazy-builtins.ts';
import type { Asset, FunctionRow } from './routes.ts';

export interface BundlePaths {
  /** The project's root; paths inside the bundles are relative to it. */
  readonly root: string;
  /** The folder with `<entry>.ts`. */
  readonly sources: string;
  /** The folder with the built pages, the scripts and the files that describe them. */
  readonly pages: string;
  /** The folder with `openapi.json`. */
  readonly documents: string;
  /** Receives `<entry>/index.mjs` and `<entry>/assets/`. */
  readonly output: string;
}

/** The folder of `BundlePaths` that holds each asset. */
const ASSET_FOLDER = {
  'card.html': 'pages',
  'pay.html': 'pages',
  'integrity.json': 'pages',
  'served.json': 'pages',
  'openapi.json': 'documents',
} as const satisfies Record<Asset, keyof BundlePaths>;

export const projectPaths = (root: string): BundlePaths => ({
  root,
  sources: join(root, 'functions'),
  pages: join(root, '.build/web'),
  documents: join(root, 'docs/reference'),
  output: join(root, '.build/functions'),
});

/** Bundles every row and packs its pages. Throws an error that names missing handlers. */
export async function bundleFunctions(rows: readonly FunctionRow[], paths: BundlePaths): Promise<void> {
  requireSources(rows, paths);
  if (rows.some((row) => row.assets?.some((name) => ASSET_FOLDER[name] === 'pages'))) buildPages(paths);
  const code = await compile(rows, paths);
  for (const row of rows) pack(row, code, paths);
}

function requireSources(rows: readonly FunctionRow[], paths: BundlePaths): void {
  const missing = rows.map((row) => join(paths.sources, `${row.entry}.ts`)).filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`infra/routes.ts names handlers that do not exist:\n${missing.join('\n')}`);
}

/** One build for all rows, so that shared modules are parsed once. Returns path → code. */
async function compile(rows: readonly FunctionRow[], paths: BundlePaths): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    write: false,
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
    // esbuild can tree-shake the SDK's ES modules, but not its CommonJS build.
    mainFields: ['module', 'main'],
    // Minifies names too: logs have no stacks, errors set their own `name`, and keeping names adds a twentieth to each
    // start.
    minify: true,
    legalComments: 'none',
    plugins: [lazyBuiltins, environmentCredentialsOnly],
    logLevel: 'error',
  });
  return new Map(outputFiles.map(({ path, contents }) => [path, contents]));
}

/** Leaves only the row's files in its folder, because the folder's content is hashed and deployed. */
function pack(row: FunctionRow, code: ReadonlyMap<string, Uint8Array>, paths: BundlePaths): void {
  const folder = join(paths.output, row.entry);
  const bundle = code.get(join(folder, 'index.mjs'));
  if (!bundle) throw new Error(`esbuild gave no output for ${row.entry}`);
  const assets = (row.assets ?? []).map((name) => [name, readFileSync(join(paths[ASSET_FOLDER[name]], name))] as const);
  for (const name of existsSync(join(folder, 'assets')) ? readdirSync(join(folder, 'assets')) : []) {
    if (!assets.some(([kept]) => kept === name)) rmSync(join(folder, 'assets', name));
  }
  replace(join(folder, 'index.mjs'), bundle, paths);
  for (const [name, bytes] of assets) replace(join(folder, 'assets', name), bytes, paths);
}

/**
 * Replaces the file in one step, because another process may be reading it; an unchanged file is not touched. The draft
 * is outside the packed folders.
 */
function replace(file: string, bytes: Uint8Array, { output }: BundlePaths): void {
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  const draft = join(dirname(output), `draft-${process.pid}`);
  writeFileSync(draft, bytes);
  renameSync(draft, file);
}

/** Runs `web/build.ts` if a page is missing or older than one of its sources. */
function buildPages({ root, pages }: BundlePaths): void {
  const outputs = Object.entries(ASSET_FOLDER).flatMap(([name, folder]) =>
    folder === 'pages' ? [join(pages, name)] : [],
  );
  const oldestOutputMs = Math.min(...outputs.map((file) => (existsSync(file) ? statSync(file).mtimeMs : 0)));
  const sources = [join(root, 'web'), join(root, 'shared/card'), join(root, 'package-lock.json')];
  if (oldestOutputMs > Math.max(...sources.map(newestMs))) return;
  // infra may not import web: the browser build is a separate program.
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
