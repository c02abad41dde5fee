/**
 * A proof of work (hashcash): a number for which SHA-256 of the JWE's own hash and that number begins with so many zero
 * bits. The JWE holds a `jti` that is used once and an `iat` that is accepted for five minutes, so a proof is valid for
 * one card and a short time, and the vault stores nothing. docs/reference/encrypted-card.md specifies it for callers.
 *
 *   SHA-256( base64url(SHA-256(jwe)) "." number )    number: 1 to 11 decimal digits
 */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';

const FORM = /^\d{1,11}$/;

/** The field of a request, beside the JWE. */
export const ProofInput = z
  .string()
  .check(z.regex(FORM), z.describe('Proof of work on the JWE, where proof_required asked for one.'));

/** Whether `proof` shows work of `bits` on this JWE. */
export function isProof(jwe: string, proof: string, bits: number): boolean {
  if (!FORM.test(proof)) return false;
  const challenge = createHash('sha256').update(jwe).digest('base64url');
  return leadingZeroBits(createHash('sha256').update(`${challenge}.${proof}`).digest()) >= bits;
}

function leadingZeroBits(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first === -1 ? bytes.length * 8 : first * 8 + Math.clz32(bytes[first] ?? 0) - 24;
}
