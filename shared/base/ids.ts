/**
 * Identifiers: a prefix that says what a thing is, and 26 characters of lower-case base32 (RFC 4648 §6), which is 130
 * bits. Random ids take their bytes from the caller; derived ids are a SHA-256 of their parts, so the same parts
 * always meet the same record.
 */
import { createHash } from 'node:crypto';

/** Fills and returns `byteLength` random bytes; injected so that tests and simulations can repeat a story. */
export type RandomBytes = (byteLength: number) => Uint8Array;

export type IdPrefix =
  | 'tok'
  | 'cvc'
  | 'card'
  | 'ch'
  | 'cs'
  | 'fwd'
  | 'exp'
  | 're'
  | 'cap'
  | 'can'
  | 'mer'
  | 'evt'
  | 'we'
  | 'dlv'
  | 'fp'
  | 'use'
  | 'req'
  | 'honey';

const ID_LENGTH = 26;
const ID_BYTES = 17; // 26 characters × 5 bits = 130 bits, rounded up to whole bytes.
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 of the first `length` × 5 bits of `bytes`, without padding. */
export function base32(bytes: Uint8Array, length: number): string {
  let text = '';
  let buffer = 0;
  let bits = 0;
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < length) {
      bits -= 5;
      text += ALPHABET[(buffer >> bits) & 31];
    }
  }
  if (text.length < length) throw new RangeError(`base32 needs ${Math.ceil((length * 5) / 8)} bytes`);
  return text;
}

/** 26 characters, 130 random bits: the unguessable part of every id, token and API key. */
export const randomText = (random: RandomBytes): string => base32(random(ID_BYTES), ID_LENGTH);

export const randomId = (prefix: IdPrefix, random: RandomBytes): string => `${prefix}_${randomText(random)}`;

/**
 * An id from its parts. Parts are length-prefixed, so no two lists of parts run together into the same text.
 */
export function derivedId(prefix: IdPrefix, ...parts: readonly string[]): string {
  const hash = createHash('sha256').update(`fuda/${prefix}`);
  for (const part of parts) hash.update(`|${Buffer.byteLength(part)}:`).update(part);
  return `${prefix}_${base32(hash.digest(), ID_LENGTH)}`;
}

export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Whether `text` has the shape of an id with this prefix; says nothing about whether the thing exists. */
export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) && /^[a-z2-7]{26}$/.test(text.slice(prefix.length + 1));

/** Spreads records over an index's shards by their own id, so that the choice can be repeated. */
export function shardOf(id: string, shards: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE(0) % shards;
}
