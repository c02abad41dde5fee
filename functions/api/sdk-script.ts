/** GET /js/fuda.js: the script that mounts the hosted field. */
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';
import { servedFile } from '../served-file.ts';

const deps = makeDeps({ tables: [], keys: [] });
const serve = servedFile(new URL('./assets/fuda.js', import.meta.url), 'text/javascript; charset=utf-8');

export const handler = pipeline(deps, { key: 'none' }, async ({ header }) => serve(header('if-none-match')));
