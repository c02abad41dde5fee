/**
 * Solves the proof of work that the vault asks for after many recent attempts (docs/reference/encrypted-card.md): a
 * number for which SHA-256 of the JWE's own hash and that number begins with so many zero bits. WebCrypto hashes in
 * other threads, a batch at a time, so the page stays responsive.
 */
import { base64url } from 'jose';

/** More than the vault ever asks for, so that a forged response cannot keep a phone busy. */
const BITS_MAX = 20;
const BATCH = 256;
/** Gives up after so many times the expected tries, which a valid difficulty never needs. */
const PATIENCE = 64;

const text = new TextEncoder();
const hash = async (of: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', text.encode(of)));

/**
 * The number as decimal digits. Throws RangeError for a difficulty that no vault asks for, and the reason of an abort.
 */
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

/** The first 32 bits are enough, because no difficulty is higher. */
const beginsWithZeros = (bytes: Uint8Array, bits: number): boolean =>
  Math.clz32(new DataView(bytes.buffer).getUint32(0)) >= bits;
