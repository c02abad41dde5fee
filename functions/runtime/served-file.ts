/**
 * Serves a file of the bundle to any page. If its address stays the same, a caller keeps it for a short time and then
 * revalidates it by ETag (RFC 9110 §13.1.2); if the address contains its hash, a caller never needs to ask again (RFC
 * 8246).
 */
import { createHash } from 'node:crypto';
import type { HandlerResponse } from './pipeline.ts';

export interface ServedFile {
  readonly contentType: string;
  readonly text: string;
  /** The address contains the content's hash. */
  readonly immutable?: true;
}

export function serve({ contentType, text, immutable }: ServedFile, ifNoneMatch: string | undefined): HandlerResponse {
  const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
  const headers = {
    'content-type': contentType,
    // Any page may load it, also with `crossorigin` and `integrity`.
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': immutable ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
    etag,
  };
  const isKnown = (ifNoneMatch ?? '').split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  return isKnown ? { status: 304, headers, text: '' } : { status: 200, headers, text };
}
