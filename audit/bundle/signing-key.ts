/**
 * The key that signs evidence bundles: an Ed25519 key (RFC 8032) in a file of the person who runs the audit. The
 * signature proves only that the holder of this key made the bundle; CloudTrail's own signatures prove what it says of
 * AWS. The key is not in KMS, so that an auditor without permissions in the vault's account can sign too.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A bundle or its key cannot be used; the message is for the person who runs the command. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
}

export interface SigningKey {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo in PEM, as `openssl pkey -pubout` prints it. */
  readonly publicPem: string;
  readonly fingerprint: string;
  /** True where this call created the file. */
  readonly isNew: boolean;
}

const MAX_KEY_BYTES = 4096;
/** Permission bits of everyone except the owner. */
const OTHERS = 0o077;

/** SHA-256 of the SubjectPublicKeyInfo, in hex: `openssl pkey -pubin -in signer.pem -outform DER | sha256sum`. */
export const fingerprintOf = (publicKey: KeyObject): string =>
  createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** Reads the PKCS #8 PEM file at `path`, or creates one that only its owner may read. Throws `BundleError`. */
export function loadSigningKey(path: string): SigningKey {
  const isNew = !existsSync(path);
  if (isNew) makeKeyFile(path);
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > MAX_KEY_BYTES) throw new BundleError('The signing key is not a key file.');
  if ((stats.mode & OTHERS) !== 0) {
    throw new BundleError(
      'Others may read the signing key, so its signature would prove nothing. Set its mode to 0600.',
    );
  }
  const privateKey = parsePrivateKey(readFileSync(path, 'utf8'));
  const publicKey = createPublicKey(privateKey);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { privateKey, publicPem, fingerprint: fingerprintOf(publicKey), isNew };
}

function makeKeyFile(path: string): void {
  const { privateKey } = generateKeyPairSync('ed25519');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // `wx` never overwrites a key that another process has just created.
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { flag: 'wx', mode: 0o600 });
  chmodSync(path, 0o600);
}

function parsePrivateKey(pem: string): KeyObject {
  const refusal = new BundleError('The signing key must be an unencrypted Ed25519 private key in PKCS #8 PEM.');
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    // The cause could quote the file.
    throw refusal;
  }
  if (key.asymmetricKeyType !== 'ed25519') throw refusal;
  return key;
}
