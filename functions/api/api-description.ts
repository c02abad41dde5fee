/** GET /v1/openapi.json: the OpenAPI document that `npm run docs` generates from shared/api. */
import { readFileSync } from 'node:fs';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { serve } from '../runtime/served-file.ts';

const deps = makeDeps({ tables: [], keys: [] });
const text = readFileSync(new URL('./assets/openapi.json', import.meta.url), 'utf8');

export const handler = pipeline(deps, { key: 'none' }, async ({ header }) =>
  serve({ contentType: 'application/json', text }, header('if-none-match')),
);
