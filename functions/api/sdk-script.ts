/**
 * GET /js/{script}: what a merchant's page loads. `fuda.js` is the newest; under the address of its hash each version
 * keeps its content, so that a page can pin it; `integrity.json` says which there are.
 */
import { readFileSync } from 'node:fs';
import { VaultError } from '../../shared/base/errors.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';
import { type ServedFile, serve } from '../served-file.ts';

const deps = makeDeps({ tables: [], keys: [] });
/** By name, as web/build.ts wrote them. */
const files: Readonly<Record<string, ServedFile>> = JSON.parse(
  readFileSync(new URL('./assets/served.json', import.meta.url), 'utf8'),
);

export const handler = pipeline(deps, { key: 'none' }, async ({ path, header }) => {
  const name = path('script');
  const file = Object.hasOwn(files, name) ? files[name] : undefined;
  if (file === undefined) throw new VaultError('script_not_found', { param: 'script' });
  return serve(file, header('if-none-match'));
});
