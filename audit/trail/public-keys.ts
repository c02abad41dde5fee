/**
 * The public keys with which CloudTrail signs digests, in the form that `aws cloudtrail list-public-keys` prints. They
 * are the root of trust of the report, so each fingerprint is computed, and where the keys came from is part of the
 * verdict: a folder that brings its own keys only claims to be CloudTrail's.
 */
import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';

export interface PublicKey {
  /** CloudTrail's name for the key: MD5 of its DER bytes, an identifier rather than a safeguard. */
  readonly fingerprint: string;
  /** Undefined where the bytes are not an RSA key, or are another key's than the list says. */
  readonly key: KeyObject | undefined;
}

/** A key that the list states under a fingerprint that its bytes do not have. */
interface MisnamedKey {
  readonly stated: string;
  readonly computed: string;
}

export interface PublicKeys {
  readonly byFingerprint: ReadonlyMap<string, PublicKey>;
  readonly misnamed: readonly MisnamedKey[];
}

/** Where the keys came from: CloudTrail's API, a file that the auditor named, or a file that lies with the trail. */
export type KeyOrigin = 'aws' | 'file' | 'trail';

export interface KeySource {
  readonly origin: KeyOrigin;
  /** Regions that did not list their keys. */
  readonly refusedRegions: readonly string[];
}

const MAX_KEYS = 10_000;

const keySchema = z.object({ Value: z.string().max(8_192), Fingerprint: z.string().max(128) });
// The API says PublicKeyList; the user guide's sample spells it publicKeyList.
const listSchema = z.union([
  z.object({ PublicKeyList: z.array(keySchema).max(MAX_KEYS) }).transform((list) => list.PublicKeyList),
  z.object({ publicKeyList: z.array(keySchema).max(MAX_KEYS) }).transform((list) => list.publicKeyList),
]);

/** Empty when the input is not such a list. A misnamed key stays known by its stated fingerprint, and opens nothing. */
export function readPublicKeys(input: unknown): PublicKeys {
  const named = new Map<string, PublicKey>();
  const misnamed = new Map<string, MisnamedKey>();
  for (const { Fingerprint, Value } of listSchema.safeParse(input).data ?? []) {
    const der = Buffer.from(Value, 'base64');
    const stated = Fingerprint.toLowerCase();
    const computed = createHash('md5').update(der).digest('hex');
    if (stated === computed) named.set(computed, { fingerprint: computed, key: rsaKey(der) });
    else misnamed.set(stated, { stated, computed });
  }
  const closed = [...misnamed.keys()].map((fingerprint) => [fingerprint, { fingerprint, key: undefined }] as const);
  return { byFingerprint: new Map([...closed, ...named]), misnamed: [...misnamed.values()] };
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
