/**
 * The cryptography of the local KMS, pure: material, context and bytes in, bytes out. AES-256-GCM with the encryption
 * context as additional authenticated data, and HMAC-SHA-256, as AWS KMS does (KMS cryptographic details, "AWS KMS
 * cryptographic primitives"). A ciphertext names its key and material, so Decrypt needs neither from the caller.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

/** Name → value, exact and case-sensitive; logged in clear by CloudTrail. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** One generation of a key's secret; rotation adds another and old ciphertexts keep theirs. */
export interface KeyMaterial {
  /** 64 hexadecimal digits; CloudTrail's `keyMaterialId`. */
  readonly id: string;
  readonly secret: Buffer;
}

const FORMAT_VERSION = 1;
const KEY_ID_BYTES = 16;
const MATERIAL_ID_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES + MATERIAL_ID_BYTES;
const OVERHEAD_BYTES = HEADER_BYTES + IV_BYTES + TAG_BYTES;

/** Who can open a ciphertext, read from its header; nothing here is trusted until the tag verifies. */
export interface CiphertextHeader {
  readonly keyId: string;
  readonly materialId: string;
}

/** Encrypts; `iv` is 12 fresh random bytes, since GCM loses everything when one repeats under a key. */
export function seal(
  keyId: string,
  material: KeyMaterial,
  iv: Uint8Array,
  context: EncryptionContext,
  plaintext: Uint8Array,
): Buffer {
  if (iv.length !== IV_BYTES) throw new RangeError(`an initialization vector has ${IV_BYTES} bytes`);
  const header = Buffer.concat([
    Buffer.of(FORMAT_VERSION),
    Buffer.from(keyId.replaceAll('-', ''), 'hex'),
    Buffer.from(material.id, 'hex'),
  ]);
  const cipher = createCipheriv('aes-256-gcm', material.secret, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticatedData(header, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), body]);
}

/** The header of a ciphertext this KMS may have made, or null for bytes it cannot have. */
export function readHeader(ciphertext: Uint8Array): CiphertextHeader | null {
  const bytes = Buffer.from(ciphertext);
  if (bytes.length <= OVERHEAD_BYTES || bytes[0] !== FORMAT_VERSION) return null;
  const hex = bytes.toString('hex', 1, 1 + KEY_ID_BYTES);
  const keyId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { keyId, materialId: bytes.toString('hex', 1 + KEY_ID_BYTES, HEADER_BYTES) };
}

/** Decrypts, or null when the bytes, the key or the context are not what was sealed; it does not say which. */
export function open(material: KeyMaterial, context: EncryptionContext, ciphertext: Uint8Array): Buffer | null {
  const bytes = Buffer.from(ciphertext);
  const header = bytes.subarray(0, HEADER_BYTES);
  const iv = bytes.subarray(HEADER_BYTES, HEADER_BYTES + IV_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', material.secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticatedData(header, context));
  decipher.setAuthTag(bytes.subarray(HEADER_BYTES + IV_BYTES, OVERHEAD_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(OVERHEAD_BYTES)), decipher.final()]);
  } catch {
    return null;
  }
}

export const mac = (material: KeyMaterial, message: Uint8Array): Buffer =>
  createHmac('sha256', material.secret).update(message).digest();

export function macMatches(material: KeyMaterial, message: Uint8Array, given: Uint8Array): boolean {
  const expected = mac(material, message);
  return given.length === expected.length && timingSafeEqual(expected, given);
}

/** Header, then every pair in order of name, each length-prefixed so that no two contexts share an encoding. */
function authenticatedData(header: Buffer, context: EncryptionContext): Buffer {
  const parts = [header];
  for (const name of Object.keys(context).sort()) {
    for (const text of [name, context[name] ?? '']) {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      parts.push(length, bytes);
    }
  }
  return Buffer.concat(parts);
}
