/**
 * `THIRD-PARTY-LICENSES.txt`: the packages inside what is deployed, served to browsers or installed, and the texts of their
 * licenses. Found by bundling, so that no package is forgotten.
 */
import { build } from 'esbuild';
import { environmentCredentialsOnly } from '../../infra/env-credentials.ts';
import { lazyBuiltins } from '../../infra/lazy-builtins.ts';
import { ROUTES, SCHEDULES, UPKEEP } from '../../infra/routes.ts';
import { licenseTexts, packagesAmong } from '../../web/licenses.ts';
import { PAGES, SCRIPTS } from '../../web/outputs.ts';

const HEAD = `Packages in Fuda's functions, in the pages and scripts it serves, and in its command line, with the texts of
their licenses. Written by npm run docs.`;

/** The folders of all packages that end up in a bundle. */
export async function bundledPackages(root: string): Promise<readonly string[]> {
  const rows = [...ROUTES, ...SCHEDULES, ...Object.values(UPKEEP)];
  const common = { absWorkingDir: root, outdir: '.build/none', bundle: true, write: false, metafile: true } as const;
  const built = await Promise.all([
    build({
      ...common,
      entryPoints: [...new Set(rows.map(({ entry }) => `functions/${entry}.ts`)), 'cli/main.ts'],
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      plugins: [lazyBuiltins, environmentCredentialsOnly],
      external: ['./pdf.ts'],
      logLevel: 'error',
    }),
    build({
      ...common,
      entryPoints: [...SCRIPTS.map(({ entry }) => entry), ...PAGES.map(({ script }) => script)],
      platform: 'browser',
      logLevel: 'error',
    }),
  ]);
  return packagesAmong(built.flatMap(({ metafile }) => Object.keys(metafile.inputs)));
}

export const renderLicenses = (root: string, packages: readonly string[]): string =>
  `${HEAD}\n\n${'-'.repeat(80)}\n\n${licenseTexts(root, packages)}`;
