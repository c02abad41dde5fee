/**
 * A file that was packed beside a function, for any page to load. Its address never changes, so a caller keeps it for a
 * short while and then asks by ETag whether it is still the one it has (RFC 9110 §13.1.2).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Answer } from './pipeline.ts';

type Serve = (ifNoneMatch: string | undefined) => Answer;

/** Reads the file once, when the function starts. */
export function servedFile(file: URL, contentType: string): Serve {
  const text = readFileSync(file, 'utf8');
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const headers = {
    'content-type': contentType,
    // Any page may load it, also by `crossorigin` and `integrity`.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': 'public, max-age=300',
    etag,
  };
  return (ifNoneMatch) => {
    const isKnown = (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
    return isKnown ? { status: 304, headers, text: '' } : { status: 200, headers, text };
  };
}
