/**
 * Decrypts the JWE that a browser made of a card, or of a security code alone: ECDH-ES with A256GCM (RFC 7516, RFC 7518
 * §4.6) to a capture key. It holds the fields with `aud` (the publishable key they were made for), `iat` (seconds) and
 * `jti` (16 random bytes, base64url). Checks form and header, key, decryption, then claims. The caller checks the
 * fields.
 */
import { type CryptoKey, compactDecrypt, decodeProtectedHeader } from 'jose';
import * as z from 'zod/mini';
import type { Clock } from '../../base/clock.ts';
import { VaultError } from '../../base/errors.ts';
import { readJson } from '../../base/json.ts';
import { parse } from '../../base/parse.ts';
import type { CaptureKeyRing } from './capture-keys.ts';
import { CardInput } from './card-input.ts';

const ACCEPTED_SECONDS = 300;
/** Allows for clocks that differ, although the field takes its time from the vault. */
const FUTURE_SECONDS = 60;
/** A card with a long name is far shorter. */
const COMPACT_MAX = 4096;

/** Other members are ignored (RFC 7516 §4), such as `apu` and `apv`, which enter the key (RFC 7518 §4.6.2). */
const Header = z.object({
  alg: z.literal('ECDH-ES'),
  enc: z.literal('A256GCM'),
  kid: z.string().check(z.regex(/^ck_[a-z2-7]{16}$/)),
  // No critical extension is supported, and the length of compressed text tells its contents.
  crit: z.optional(z.never()),
  zip: z.optional(z.never()),
});

const CLAIMS = {
  aud: z.string(),
  iat: z.int(),
  jti: z.string().check(z.regex(/^[A-Za-z0-9_-]{22}$/)),
};
const CardClaims = z.extend(CardInput, CLAIMS);
const CvcClaims = z.strictObject({ cvc: z.string({ error: 'cvc_invalid' }), ...CLAIMS });

/** A JWE and the key of its request. */
export interface Encrypted {
  readonly compact: string;
  /** The key in the Authorization header. */
  readonly publishableKey: string;
}

/**
 * Throws `jwe_malformed`, `jwe_key_unknown`, `jwe_undecryptable`, `jwe_audience` or `jwe_stale`, each naming
 * `encrypted_card`; and the field's own refusal, as `encrypted_card.cvc`, for a missing or unknown field inside.
 */
export const openEncryptedCard = (clock: Clock, ring: CaptureKeyRing, from: Encrypted) =>
  open(clock, ring, from, { schema: CardClaims, param: 'encrypted_card' });

/** The same for a security code alone, naming `encrypted_cvc`. */
export const openEncryptedCvc = (clock: Clock, ring: CaptureKeyRing, from: Encrypted) =>
  open(clock, ring, from, { schema: CvcClaims, param: 'encrypted_cvc' });

async function open<Claims extends { readonly aud: string; readonly iat: number }>(
  clock: Clock,
  ring: CaptureKeyRing,
  { compact, publishableKey }: Encrypted,
  { schema, param }: { readonly schema: z.ZodMiniType<Claims>; readonly param: 'encrypted_card' | 'encrypted_cvc' },
): Promise<Claims> {
  const refused = (code: JweRefusal) => new VaultError(code, { param });
  const header = readHeader(compact);
  if (header === null) throw refused('jwe_malformed');
  const key = await ring.privateKey(header.kid);
  if (key === null) throw refused('jwe_key_unknown');
  const plaintext = await decrypt(compact, key);
  // The refusal does not tell which step failed, because that would be an oracle.
  if (plaintext === null) throw refused('jwe_undecryptable');
  const value = readPlaintext(plaintext);
  if (value === undefined) throw refused('jwe_malformed');
  const claims = parse(schema, value, param);
  if (claims.aud !== publishableKey) throw refused('jwe_audience');
  const ageSeconds = clock.nowMs() / 1000 - claims.iat;
  if (ageSeconds > ACCEPTED_SECONDS || ageSeconds < -FUTURE_SECONDS) throw refused('jwe_stale');
  return claims;
}

type JweRefusal = 'jwe_malformed' | 'jwe_key_unknown' | 'jwe_undecryptable' | 'jwe_audience' | 'jwe_stale';

function readHeader(compact: string): z.infer<typeof Header> | null {
  if (compact.length > COMPACT_MAX) return null;
  try {
    return Header.parse(decodeProtectedHeader(compact));
  } catch {
    return null;
  }
}

async function decrypt(compact: string, key: CryptoKey): Promise<Uint8Array | null> {
  try {
    const options = { keyManagementAlgorithms: ['ECDH-ES'], contentEncryptionAlgorithms: ['A256GCM'] };
    return (await compactDecrypt(compact, key, options)).plaintext;
  } catch {
    return null;
  }
}

/** Undefined where the bytes are not JSON that has one meaning. */
function readPlaintext(plaintext: Uint8Array): unknown {
  try {
    return readJson(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plaintext));
  } catch {
    return undefined;
  }
}
