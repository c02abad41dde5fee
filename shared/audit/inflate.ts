/**
 * Unpacks one gzip object with its SHA-256, which CloudTrail takes over the uncompressed content, in one pass and
 * bounded memory: a small file that would unpack to gigabytes is refused at the limit.
 */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { TrailError } from './trail-error.ts';

export type Inflated =
  | { readonly ok: true; readonly bytes: Buffer; readonly sha256: string }
  | { readonly ok: false; readonly problem: 'bad_gzip' | 'too_large' };

export async function inflate(compressed: Readable, maxBytes: number): Promise<Inflated> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let byteLength = 0;
  try {
    await pipeline(compressed, createGunzip(), async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        byteLength += chunk.length;
        if (byteLength > maxBytes) throw new RangeError('too large');
        hash.update(chunk);
        chunks.push(chunk);
      }
    });
  } catch (error) {
    // Not the object is at fault: it could not be fetched.
    if (error instanceof TrailError) throw error;
    return { ok: false, problem: byteLength > maxBytes ? 'too_large' : 'bad_gzip' };
  }
  return { ok: true, bytes: Buffer.concat(chunks), sha256: hash.digest('hex') };
}
