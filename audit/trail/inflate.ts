/**
 * Unpacks one gzip object into memory, with its SHA-256, which CloudTrail takes over the uncompressed content: for digest
 * files, which are judged whole. A small file that would unpack to gigabytes is refused at the limit. Bytes after the end
 * are passed over, as `aws cloudtrail validate-logs` does: the signature covers the content alone.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type GzipEnd, gunzip } from './gunzip.ts';

export type Inflated =
  | { readonly ok: true; readonly bytes: Buffer; readonly sha256: string }
  | { readonly ok: false; readonly problem: 'bad_gzip' | 'too_large' };

/** Throws the source's own errors, as TrailError: then not the object is at fault. */
export async function inflate(compressed: Readable, maxBytes: number): Promise<Inflated> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let byteLength = 0;
  let end: GzipEnd = 'cut_off';
  const finish = (found: GzipEnd): void => {
    end = found;
  };
  for await (const chunk of gunzip(compressed, finish)) {
    byteLength += chunk.length;
    if (byteLength > maxBytes) return { ok: false, problem: 'too_large' };
    hash.update(chunk);
    chunks.push(chunk);
  }
  if (end === 'cut_off' || end === 'damaged') return { ok: false, problem: 'bad_gzip' };
  return { ok: true, bytes: Buffer.concat(chunks), sha256: hash.digest('hex') };
}
