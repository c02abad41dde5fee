/**
 * Unpacks one gzip object into memory, with the SHA-256 of its content, which CloudTrail signs. For digest files, which
 * are judged whole. A limit refuses a small file that would unpack to gigabytes. Trailing bytes are ignored, as `aws
 * cloudtrail validate-logs` does, because the signature covers the content alone.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { type GzipEnd, gunzip } from './gunzip.ts';

export type Inflated =
  | { readonly ok: true; readonly bytes: Buffer; readonly sha256: string }
  | { readonly ok: false; readonly problem: 'bad_gzip' | 'too_large' };

/** Throws TrailError for errors of the source, which are not faults of the object. */
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
