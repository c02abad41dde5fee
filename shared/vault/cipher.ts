/**
 * Encrypts card data with KMS (V1, V2, V5, V10, V13). PAN and CVC have separate keys and the context {purpose,
 * merchant, record}. KMS authenticates the context and CloudTrail prints it, so a ciphertext moved to another record or
 * merchant does not decrypt. The CVC first gets an inner AES-256-GCM layer. Its key is HKDF-SHA-256 (RFC 5869) of the
 * live token, which is not stored, so tables, KMS keys and logs together cannot decrypt it. PCI DSS 4.0.1 3.3.2, 3.5.1,
 * 3.6.1.
 *
 * Errors: those of KMS (InvalidCiphertextException for a wrong context), and an Error of GCM for a wrong token.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { DecryptCommand, type DecryptCommandOutput, EncryptCommand, ReEncryptCommand } from '@aws-sdk/client-kms';
import type { Deps } from '../base/deps.ts';
import { needs } from '../base/errors.ts';
import type { KeyName } from '../base/tables.ts';
import { Cvc } from '../card/cvc.ts';
import { Pan } from '../card/pan.ts';

/**
 * The permission to decrypt cards, as a type. Only functions/cde/deps.ts creates it, and IAM grants it to the same
 * functions.
 */
export interface CdeDeps extends Deps {
  readonly mayDecrypt: true;
}

/** The encryption context of a ciphertext. `record` is a token's SHA-256 or a card id, never the live token (V11). */
export interface CipherPlace {
  readonly merchant: string;
  readonly record: string;
}

/**
 * A PAN encrypted by KMS. `keyId` names its PAN key, without the ARN, because cards outlive a key and are moved to the
 * next one by one. The role's policy decides whether a key may still be used: it lists the vault's own keys only
 * (3.7.5).
 */
export interface SealedPan {
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
}

/** A CVC as KMS encrypted it, around its inner layer. */
export interface SealedCvc {
  readonly ciphertext: Uint8Array;
  readonly length: 3 | 4;
}

/**
 * A response of KMS with its AWS request id, which is the id in CloudTrail's record. The SDK may have retried.
 * CloudTrail records a try with a lost response too, so the number of tries is kept for the audit (V5).
 */
export interface Opened<T> {
  readonly value: T;
  readonly requestId: string;
  readonly tries: number;
}

const contextOf = (purpose: 'pan' | 'cvc', place: CipherPlace): Record<string, string> => ({
  purpose,
  merchant: place.merchant,
  record: place.record,
});

export async function sealPan(deps: Deps, pan: Pan, place: CipherPlace): Promise<SealedPan> {
  const ciphertext = await encrypt(deps, 'PanKey', Buffer.from(pan.digits()), contextOf('pan', place));
  return { ciphertext, keyId: keyIdOf(deps, 'PanKey') };
}

/** A key's id without the ARN around it. */
export const keyIdOf = (deps: Deps, key: KeyName): string => deps.key(key).split(':key/').at(-1) ?? '';

export async function sealCvc(deps: Deps, cvc: Cvc, place: CipherPlace, liveToken: string): Promise<Uint8Array> {
  const inner = sealInner(liveToken, place, deps.random(IV_BYTES), Buffer.from(cvc.take()));
  return encrypt(deps, 'CvcKey', inner, contextOf('cvc', place));
}

export async function openPan(cde: CdeDeps, sealed: SealedPan, place: CipherPlace): Promise<Opened<Pan>> {
  const opened = await decrypt(cde, sealed.keyId, sealed.ciphertext, contextOf('pan', place));
  return { ...opened, value: Pan.parse(Buffer.from(opened.value).toString()) };
}

export async function openCvc(
  cde: CdeDeps,
  { ciphertext, length }: SealedCvc,
  place: CipherPlace,
  liveToken: string,
): Promise<Opened<Cvc>> {
  const opened = await decrypt(cde, cde.key('CvcKey'), ciphertext, contextOf('cvc', place));
  const digits = openInner(liveToken, place, opened.value);
  return { ...opened, value: Cvc.parse(digits.toString(), length) };
}

/** Re-encrypts a PAN for another record, or under the current PAN key. The plaintext never leaves KMS. */
export async function moveCiphertext(
  deps: Deps,
  sealed: SealedPan,
  from: CipherPlace,
  to: CipherPlace,
): Promise<Opened<SealedPan>> {
  needs(from.merchant === to.merchant, 'a card moves between records of one merchant only');
  const response = await deps.kms.send(
    new ReEncryptCommand({
      CiphertextBlob: sealed.ciphertext,
      SourceKeyId: sealed.keyId,
      SourceEncryptionContext: contextOf('pan', from),
      DestinationKeyId: deps.key('PanKey'),
      DestinationEncryptionContext: contextOf('pan', to),
    }),
  );
  needs(response.CiphertextBlob, 'KMS re-encrypts');
  return {
    value: { ciphertext: response.CiphertextBlob, keyId: keyIdOf(deps, 'PanKey') },
    ...requestOf(response.$metadata),
  };
}

async function encrypt(
  deps: Deps,
  key: 'PanKey' | 'CvcKey',
  plaintext: Uint8Array,
  context: Record<string, string>,
): Promise<Uint8Array> {
  const response = await deps.kms.send(
    new EncryptCommand({ KeyId: deps.key(key), Plaintext: plaintext, EncryptionContext: context }),
  );
  needs(response.CiphertextBlob, 'KMS encrypts');
  return response.CiphertextBlob;
}

async function decrypt(
  cde: CdeDeps,
  keyId: string,
  ciphertext: Uint8Array,
  context: Record<string, string>,
): Promise<Opened<Uint8Array<ArrayBuffer>>> {
  needs(cde.mayDecrypt, 'the caller holds the right to decrypt');
  // KeyId pins the key, so a ciphertext made under any other key is refused (3.7.5).
  const response = await cde.kms.send(
    new DecryptCommand({ KeyId: keyId, CiphertextBlob: ciphertext, EncryptionContext: context }),
  );
  needs(response.Plaintext && response.$metadata.requestId, 'KMS decrypts and names its request');
  return { value: Uint8Array.from(response.Plaintext), ...requestOf(response.$metadata) };
}

const requestOf = (metadata: DecryptCommandOutput['$metadata']): { requestId: string; tries: number } => ({
  requestId: metadata.requestId ?? '',
  tries: metadata.attempts ?? 1,
});

/** NIST SP 800-38D §8.2: 96-bit IVs. A key encrypts one message only, because each token has one CVC. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES };

/**
 * The CVC's inner layer: IV, ciphertext, tag. Synchronous, because encrypting so few bytes takes less time than
 * WebCrypto needs to pass them to another thread and back.
 */
function sealInner(liveToken: string, place: CipherPlace, iv: Uint8Array, digits: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', innerKey(liveToken), iv, GCM).setAAD(boundTo(place));
  return Buffer.concat([iv, cipher.update(digits), cipher.final(), cipher.getAuthTag()]);
}

/** Throws where token, place or bytes differ from those of `sealInner`. */
function openInner(liveToken: string, place: CipherPlace, sealed: Uint8Array): Buffer {
  needs(sealed.length > IV_BYTES + TAG_BYTES, 'a sealed CVC holds an IV, digits and a tag');
  const [iv, tag] = [sealed.subarray(0, IV_BYTES), sealed.subarray(-TAG_BYTES)];
  const decipher = createDecipheriv('aes-256-gcm', innerKey(liveToken), iv, GCM).setAAD(boundTo(place)).setAuthTag(tag);
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}

const boundTo = (place: CipherPlace): Buffer => Buffer.from(`${place.merchant}|${place.record}`);

/** The token has 130 random bits, so the salt may be empty (RFC 5869 §3.1). */
const innerKey = (liveToken: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', liveToken, '', 'fuda/cvc/v1', 32));
