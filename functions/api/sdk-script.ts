/**
 * GET /js/fuda.js: the script that mounts the hosted field. Its address never changes, so browsers keep it for a short
 * while and then ask by ETag whether it is still the one they have.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: [], keys: [] });
const script = readFileSync(new URL('./assets/fuda.js', import.meta.url), 'utf8');
const etag = `"${createHash('sha256').update(script).digest('base64url')}"`;

const HEADERS = {
  'content-type': 'text/javascript; charset=utf-8',
  // Any page may load it, also by `crossorigin` and `integrity`.
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=300',
  etag,
};

export const handler = pipeline(deps, { key: 'none' }, async ({ header }) => {
  const isKnown = (header('if-none-match') ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return isKnown ? { status: 304, headers: HEADERS, text: '' } : { status: 200, headers: HEADERS, text: script };
});
