/** GET /v1/openapi.json: the OpenAPI document that `npm run docs` made of shared/api. */
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';
import { servedFile } from '../served-file.ts';

const deps = makeDeps({ tables: [], keys: [] });
const serve = servedFile(new URL('./assets/openapi.json', import.meta.url), 'application/json');

export const handler = pipeline(deps, { key: 'none' }, async ({ header }) => serve(header('if-none-match')));
