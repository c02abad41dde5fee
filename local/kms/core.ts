/**
 * The cryptography of the local KMS as pure functions of material, context and bytes: AES-256-GCM with the encryption
 * context as additional authenticated data, and HMAC-SHA-256, as in AWS KMS (KMS cryptographic details, "AWS KMS
 * cryptographic primitives"). A ciphertext contains the ids of its key and material, so Decrypt needs neither from the
 * caller.
 */
import { createCipheriv, createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';

/** Name → value, exact and case-sensitive; CloudTrail records it in clear. */
export type KmsContext = Readonly<Record<string, string>>;

/** One generation of a key's secret. Rotation adds another; old ciphertexts keep theirs. */
export interface KeyMaterial {
  /** 64 hexadecimal digits; CloudTrail's `keyMaterialId`. */
  readonly id: string;
  readonly secret: Buffer;
}

const FORMAT_VERSION = 1;
const KEY_ID_MAX_BYTES = 64;
const MATERIAL_ID_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * The header of a ciphertext: its key and material. It is untrusted until the tag verifies. On the wire: version (1
 * byte), length of the key id (1), key id, material id (32), initialization vector (12), tag (16), body.
 */
export interface CiphertextHeader {
  readonly keyId: string;
  readonly materialId: string;
  /** The offset of the initialization vector, after the header. */
  readonly byteLength: number;
}

interface SealingKey {
  readonly keyId: string;
  readonly material: KeyMaterial;
}

/** Encrypts. `iv` must be 12 fresh random bytes, because reuse under one key breaks GCM. */
export function seal(
  { keyId, material }: SealingKey,
  iv: Uint8Array,
  context: KmsContext,
  plaintext: Uint8Array,
): Buffer {
  const id = Buffer.from(keyId);
  if (iv.length !== IV_BYTES) throw new RangeError(`an initialization vector has ${IV_BYTES} bytes`);
  if (id.length > KEY_ID_MAX_BYTES) throw new RangeError(`a key id has at most ${KEY_ID_MAX_BYTES} bytes`);
  const header = Buffer.concat([Buffer.of(FORMAT_VERSION, id.length), id, Buffer.from(material.id, 'hex')]);
  const cipher = createCipheriv('aes-256-gcm', material.secret, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(authenticatedData(header, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([header, iv, cipher.getAuthTag(), body]);
}

/** The header of a ciphertext in this KMS's form, or null for other bytes. */
export function readHeader(ciphertext: Uint8Array): CiphertextHeader | null {
  const bytes = Buffer.from(ciphertext);
  const [version, idLength = 0] = bytes;
  const idEnd = 2 + idLength;
  const byteLength = idEnd + MATERIAL_ID_BYTES;
  if (version !== FORMAT_VERSION || idLength > KEY_ID_MAX_BYTES) return null;
  if (bytes.length <= byteLength + IV_BYTES + TAG_BYTES) return null;
  return { keyId: bytes.toString('utf8', 2, idEnd), materialId: bytes.toString('hex', idEnd, byteLength), byteLength };
}

/** Decrypts. Null if bytes, key or context are wrong, without saying which. */
export function open(material: KeyMaterial, context: KmsContext, ciphertext: Uint8Array): Buffer | null {
  const header = readHeader(ciphertext);
  if (!header) return null;
  const bytes = Buffer.from(ciphertext);
  const tagAt = header.byteLength + IV_BYTES;
  const bodyAt = tagAt + TAG_BYTES;
  const iv = bytes.subarray(header.byteLength, tagAt);
  const decipher = createDecipheriv('aes-256-gcm', material.secret, iv, { authTagLength: TAG_BYTES });
  decipher.setAAD(authenticatedData(bytes.subarray(0, header.byteLength), context));
  decipher.setAuthTag(bytes.subarray(tagAt, bodyAt));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(bodyAt)), decipher.final()]);
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
function authenticatedData(header: Buffer, context: KmsContext): Buffer {
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
