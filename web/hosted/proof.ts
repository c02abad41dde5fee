/**
 * The proof of work that the vault asks for where many attempts were made of late (docs/reference/encrypted-card.md): a
 * number for which SHA-256 of the JWE's own hash and that number begins with so many zero bits. WebCrypto hashes in threads
 * of its own, a batch at a time, so the person can go on typing.
 */
import { base64url } from 'jose';

/** More than the vault ever asks for; a forged response must not keep a phone busy. */
const BITS_MAX = 20;
const BATCH = 256;
/** Of so many times the expected tries none would be left without a hit in the lifetime of the universe. */
const PATIENCE = 64;

const text = new TextEncoder();
const hash = async (of: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', text.encode(of)));

/** The number as decimal digits. Throws RangeError for a difficulty no vault asks for, and what aborted it. */
export async function solveProof(jwe: string, bits: number, signal: AbortSignal): Promise<string> {
  if (!(bits >= 1 && bits <= BITS_MAX)) throw new RangeError('no vault asks for such a proof');
  const challenge = base64url.encode(await hash(jwe));
  for (let first = 0; first < 2 ** bits * PATIENCE; first += BATCH) {
    signal.throwIfAborted();
    const numbers = Array.from({ length: BATCH }, (_, index) => first + index);
    const hashes = await Promise.all(numbers.map((number) => hash(`${challenge}.${number}`)));
    const found = hashes.findIndex((bytes) => beginsWithZeros(bytes, bits));
    if (found >= 0) return String(first + found);
  }
  throw new RangeError('no proof was found');
}

/** The first 32 bits decide: no difficulty is higher. */
const beginsWithZeros = (bytes: Uint8Array, bits: number): boolean =>
  Math.clz32(new DataView(bytes.buffer).getUint32(0)) >= bits;
