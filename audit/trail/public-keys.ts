/**
 * The public keys with which CloudTrail signs digests, in the form that `aws cloudtrail list-public-keys` prints. They
 * are the root of trust of the report: an auditor fetches them from AWS, separately from the trail, and compares the
 * fingerprints that the report prints.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

export interface PublicKey {
  /** CloudTrail's name for the key: MD5 of its DER bytes, an identifier rather than a safeguard. */
  readonly fingerprint: string;
  /** Undefined where the bytes are not an RSA key. */
  readonly key: KeyObject | undefined;
}

const MAX_KEYS = 10_000;

const keySchema = z.object({ Value: z.string().max(8_192), Fingerprint: z.string().max(128) });
// The API says PublicKeyList; the user guide's sample spells it publicKeyList.
const listSchema = z.union([
  z.object({ PublicKeyList: z.array(keySchema).max(MAX_KEYS) }).transform((list) => list.PublicKeyList),
  z.object({ publicKeyList: z.array(keySchema).max(MAX_KEYS) }).transform((list) => list.publicKeyList),
]);

/** Keys by fingerprint; empty when the input is not such a list. */
export function readPublicKeys(input: unknown): ReadonlyMap<string, PublicKey> {
  const list = listSchema.safeParse(input);
  const keys = new Map<string, PublicKey>();
  for (const { Fingerprint: fingerprint, Value } of list.data ?? []) {
    keys.set(fingerprint, { fingerprint, key: rsaKey(Buffer.from(Value, 'base64')) });
  }
  return keys;
}

/** PKCS #1 as documented, or SubjectPublicKeyInfo, which the user guide's sample response also holds. */
function rsaKey(der: Buffer): KeyObject | undefined {
  for (const type of ['pkcs1', 'spki'] as const) {
    try {
      const key = createPublicKey({ key: der, format: 'der', type });
      if (key.asymmetricKeyType === 'rsa') return key;
    } catch {
      // Not this encoding; the other may fit.
    }
  }
  return undefined;
}
