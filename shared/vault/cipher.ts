/**
 * Encryption of card data, all of it by KMS (V1, V2, V5, V10, V13). PAN and CVC each go under their own key with the
 * context {purpose, merchant, record}; KMS authenticates the context, CloudTrail prints it, and a ciphertext that is
 * moved to another record or merchant does not decrypt. The CVC first gets an inner AES-256-GCM layer whose key is
 * HKDF-SHA-256 (RFC 5869) of the live token, which is stored nowhere, so tables, KMS keys and logs together cannot
 * open it. PCI DSS 4.0.1 3.3.2, 3.5.1, 3.6.1.
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

/** The right to turn ciphertext back into a card. Only functions/cde/deps.ts makes one; IAM says the same. */
export interface CdeDeps extends Deps {
  readonly mayDecrypt: true;
}

/** Where a ciphertext belongs. `record` is a token's SHA-256 or a card id; never the live token (V11). */
export interface CipherPlace {
  readonly merchant: string;
  readonly record: string;
}

/**
 * A PAN as KMS encrypted it. `keyId` names the PAN key of that time, without the ARN around it: cards outlive a key, and
 * are moved to its successor one by one. Whether a key may still be used is for the role's policy to say, which lists
 * the vault's own keys and no other (3.7.5).
 */
export interface SealedPan {
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
}

/**
 * A KMS answer with the AWS request id, which is the id CloudTrail records the call under. The SDK may have asked more
 * than once; an attempt whose answer was lost has a record of its own, so their number is kept for the audit (V5).
 */
export interface Opened<T> {
  readonly value: T;
  readonly requestId: string;
  readonly attempts: number;
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
  ciphertext: Uint8Array,
  place: CipherPlace,
  liveToken: string,
  length: 3 | 4,
): Promise<Opened<Cvc>> {
  const opened = await decrypt(cde, cde.key('CvcKey'), ciphertext, contextOf('cvc', place));
  const digits = openInner(liveToken, place, opened.value);
  return { ...opened, value: Cvc.parse(digits.toString(), length) };
}

/** Moves a PAN to another record, or to the PAN key of now, inside KMS: the plaintext never leaves it. */
export async function moveCiphertext(
  deps: Deps,
  sealed: SealedPan,
  from: CipherPlace,
  to: CipherPlace,
): Promise<Opened<SealedPan>> {
  needs(from.merchant === to.merchant, 'a card moves between records of one merchant only');
  const answer = await deps.kms.send(
    new ReEncryptCommand({
      CiphertextBlob: sealed.ciphertext,
      SourceKeyId: sealed.keyId,
      SourceEncryptionContext: contextOf('pan', from),
      DestinationKeyId: deps.key('PanKey'),
      DestinationEncryptionContext: contextOf('pan', to),
    }),
  );
  needs(answer.CiphertextBlob, 'KMS re-encrypts');
  return {
    value: { ciphertext: answer.CiphertextBlob, keyId: keyIdOf(deps, 'PanKey') },
    ...requestOf(answer.$metadata),
  };
}

async function encrypt(
  deps: Deps,
  key: 'PanKey' | 'CvcKey',
  plaintext: Uint8Array,
  context: Record<string, string>,
): Promise<Uint8Array> {
  const answer = await deps.kms.send(
    new EncryptCommand({ KeyId: deps.key(key), Plaintext: plaintext, EncryptionContext: context }),
  );
  needs(answer.CiphertextBlob, 'KMS encrypts');
  return answer.CiphertextBlob;
}

async function decrypt(
  cde: CdeDeps,
  keyId: string,
  ciphertext: Uint8Array,
  context: Record<string, string>,
): Promise<Opened<Uint8Array<ArrayBuffer>>> {
  needs(cde.mayDecrypt, 'the caller holds the right to decrypt');
  // KeyId pins the key, so a ciphertext made under any other key is refused (3.7.5).
  const answer = await cde.kms.send(
    new DecryptCommand({ KeyId: keyId, CiphertextBlob: ciphertext, EncryptionContext: context }),
  );
  needs(answer.Plaintext && answer.$metadata.requestId, 'KMS decrypts and names its request');
  return { value: Uint8Array.from(answer.Plaintext), ...requestOf(answer.$metadata) };
}

const requestOf = (metadata: DecryptCommandOutput['$metadata']): { requestId: string; attempts: number } => ({
  requestId: metadata.requestId ?? '',
  attempts: metadata.attempts ?? 1,
});

/** NIST SP 800-38D §8.2: 96-bit IVs; a key encrypts one message only, as each token is used for one CVC. */
const IV_BYTES = 12;
const TAG_BYTES = 16;
const GCM = { authTagLength: TAG_BYTES };

/**
 * The CVC's inner layer: IV, ciphertext, tag. Computed here and now, since so few bytes cost less to encrypt than
 * WebCrypto takes to hand them to another thread and back.
 */
function sealInner(liveToken: string, place: CipherPlace, iv: Uint8Array, digits: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', innerKey(liveToken), iv, GCM).setAAD(boundTo(place));
  return Buffer.concat([iv, cipher.update(digits), cipher.final(), cipher.getAuthTag()]);
}

/** Throws where token, place or bytes are not those that were sealed. */
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
