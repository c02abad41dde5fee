/**
 * GET /js/{script}: the scripts for a merchant's page. `fuda.js` is the newest version; each version also has an
 * address with its hash, so that a page can pin it; `integrity.json` lists the versions.
 */
import { readFileSync } from 'node:fs';
import { VaultError } from '../../shared/base/errors.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { type ServedFile, serve } from '../runtime/served-file.ts';

const deps = makeDeps({ tables: [], keys: [] });
/** By the file names of web/build.ts. */
const files: Readonly<Record<string, ServedFile>> = JSON.parse(
  readFileSync(new URL('./assets/served.json', import.meta.url), 'utf8'),
);

export const handler = pipeline(deps, { key: 'none' }, async ({ path, header }) => {
  const name = path('script');
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined) throw new VaultError('script_not_found', { param: 'script' });
  return serve(file, header('if-none-match'));
});
