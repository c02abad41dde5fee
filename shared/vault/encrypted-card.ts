/**
 * Opens the JWE a browser made of a card: ECDH-ES with A256GCM (RFC 7516, RFC 7518 §4.6) to a capture key. Inside lies
 * the card with `aud` (the publishable key it was made for), `iat` (seconds) and `jti` (16 random bytes, base64url).
 * Checked in this order: form and header, key, decryption, claims. The card's own fields are checked by the caller.
 */
import { type CryptoKey, compactDecrypt, decodeProtectedHeader } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '../base/clock.ts';
import { VaultError } from '../base/errors.ts';
import { parse } from '../base/parse.ts';
import type { CaptureKeyRing } from './capture-keys.ts';
import { CardInput } from './card-input.ts';

export const ACCEPTED_SECONDS = 300;
/** Clocks differ a little even when the field takes its time from the vault. */
const FUTURE_SECONDS = 60;
/** A card with a long name is far below this; anything longer is not a card. */
const COMPACT_MAX = 4096;

const Header = z.object({
  alg: z.literal('ECDH-ES'),
  enc: z.literal('A256GCM'),
  kid: z.string().check(z.regex(/^ck_[a-z2-7]{16}$/)),
});

const Claims = z.extend(CardInput, {
  aud: z.string(),
  iat: z.int(),
  jti: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
});

export type EncryptedCardClaims = z.infer<typeof Claims>;

/**
 * Throws `jwe_malformed`, `jwe_key_unknown`, `jwe_undecryptable`, `jwe_audience` or `jwe_stale`, each naming
 * `encrypted_card`; and the field's own refusal, as `encrypted_card.cvc`, for a missing or unknown field inside.
 */
export async function openEncryptedCard(
  clock: Clock,
  ring: CaptureKeyRing,
  compact: string,
  publishableKey: string,
): Promise<EncryptedCardClaims> {
  const { kid } = readHeader(compact);
  const key = await ring.privateKey(kid);
  if (key === null) throw refused('jwe_key_unknown');
  const claims = parseClaims(await decrypt(compact, key));
  if (claims.aud !== publishableKey) throw refused('jwe_audience');
  const ageSeconds = clock.nowMs() / 1000 - claims.iat;
  if (ageSeconds > ACCEPTED_SECONDS || ageSeconds < -FUTURE_SECONDS) throw refused('jwe_stale');
  return claims;
}

const refused = (code: 'jwe_malformed' | 'jwe_key_unknown' | 'jwe_undecryptable' | 'jwe_audience' | 'jwe_stale') =>
  new VaultError(code, { param: 'encrypted_card' });

function readHeader(compact: string): z.infer<typeof Header> {
  if (compact.length > COMPACT_MAX) throw refused('jwe_malformed');
  try {
    return Header.parse(decodeProtectedHeader(compact));
  } catch {
    throw refused('jwe_malformed');
  }
}

async function decrypt(compact: string, key: CryptoKey): Promise<Uint8Array> {
  try {
    const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
    return (await compactDecrypt(compact, key, options)).plaintext;
  } catch {
    // Which step failed is not said: an answer that differs would be an oracle.
    throw refused('jwe_undecryptable');
  }
}

function parseClaims(plaintext: Uint8Array): EncryptedCardClaims {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  } catch {
    throw refused('jwe_malformed');
  }
  return parse(Claims, value, 'encrypted_card');
}
