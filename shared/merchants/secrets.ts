/**
 * A merchant's secrets: credentials with which the vault acts for it elsewhere, such as the API key of its processor.
 * KMS encrypts each under SecretKey with the context {purpose, merchant, record: its name}, so a ciphertext moved to
 * another merchant or name does not decrypt, and CloudTrail records every decryption. The operator may encrypt and
 * never decrypt; functions decrypt and never encrypt (PCI DSS 4.0.1 3.6.1.2, 8.6.2).
 */
import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import type { Deps } from '../base/deps.ts';
import { change, getItem, getItems, queryIndex } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import type { Merchant } from './merchant.ts';
import { MerchantError } from './merchants.ts';
import { Secret } from './secret.ts';

/** KMS encrypts at most 4096 bytes directly. */
export const SECRET_BYTES_MAX = 4_096;
const SECRETS_MAX = 100;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;

interface SecretItem {
  /** `secret_<merchant id>_<name>`. */
  readonly record_id: string;
  readonly merchant_id: string;
  readonly name: string;
  /** KMS ciphertext. */
  readonly ct: Uint8Array;
  readonly created_at_ms: number;
}

/** What may be shown of a secret: its name and age. */
export interface SecretEntry {
  readonly name: string;
  readonly createdAtMs: number;
}

const recordId = (merchantId: string, name: string): string => `secret_${merchantId}_${name}`;

const contextOf = (merchantId: string, name: string): Record<string, string> => ({
  purpose: 'secret',
  merchant: merchantId,
  record: name,
});

/** Throws MerchantError unless the name is 1–40 lower-case letters, digits and dashes, the first a letter. */
export function checkSecretName(name: string): string {
  if (NAME.test(name)) return name;
  throw new MerchantError(
    'A secret’s name is 1 to 40 lower-case letters, digits and dashes, and begins with a letter.',
  );
}

/** Encrypts and stores a secret, replacing any of this name. Throws MerchantError for an unknown merchant. */
export async function putSecret(deps: Deps, merchantId: string, name: string, secret: Secret): Promise<SecretEntry> {
  checkSecretName(name);
  const plaintext = Buffer.from(secret.clearText());
  if (plaintext.length === 0 || plaintext.length > SECRET_BYTES_MAX) {
    throw new MerchantError(`A secret has 1 to ${SECRET_BYTES_MAX} bytes.`);
  }
  const merchant = await getItem<Merchant>(deps, 'Merchants', merchantId);
  if (merchant?.merchant_id !== merchantId) throw new MerchantError('There is no such merchant.');
  const sealed = await deps.kms.send(
    new EncryptCommand({
      KeyId: deps.key('SecretKey'),
      Plaintext: plaintext,
      EncryptionContext: contextOf(merchantId, name),
    }),
  );
  needs(sealed.CiphertextBlob, 'KMS encrypts');
  const createdAtMs = deps.clock.nowMs();
  const written = await change(deps, 'Merchants', recordId(merchantId, name), {
    update: 'SET merchant_id = :merchant, #name = :name, ct = :ct, created_at_ms = :now',
    condition: 'attribute_not_exists(record_id) OR merchant_id = :merchant',
    names: { '#name': 'name' },
    values: { ':merchant': merchantId, ':name': name, ':ct': sealed.CiphertextBlob, ':now': createdAtMs },
  });
  needs(written, 'a secret’s record belongs to its merchant');
  return { name, createdAtMs };
}

/** Names and ages, in the order of the names; never a value. */
export async function listSecrets(deps: Deps, merchantId: string): Promise<SecretEntry[]> {
  const page = await queryIndex(deps, 'Merchants', 'by_merchant', {
    partition: ['merchant_id', merchantId],
    sort: ['record_id', '>=', 'secret_'],
    limit: SECRETS_MAX,
  });
  const ids = page.keys.map((key) => String(key.record_id)).filter((id) => id.startsWith('secret_'));
  const items = await getItems<SecretItem>(deps, 'Merchants', ids);
  return items.map(({ name, created_at_ms: createdAtMs }) => ({ name, createdAtMs }));
}

/** Decrypts a secret; null where the merchant has none of this name. */
export async function readSecret(deps: Deps, merchantId: string, name: string): Promise<Secret | null> {
  if (!NAME.test(name)) return null;
  const item = await getItem<SecretItem>(deps, 'Merchants', recordId(merchantId, name));
  if (item === null) return null;
  const opened = await deps.kms.send(
    new DecryptCommand({
      KeyId: deps.key('SecretKey'),
      CiphertextBlob: item.ct,
      EncryptionContext: contextOf(merchantId, name),
    }),
  );
  needs(opened.Plaintext, 'KMS decrypts');
  return new Secret(Buffer.from(opened.Plaintext).toString());
}

/** How long a replaced secret may still be used by a function instance that has read it. */
export const SECRET_KEPT_MS = 5 * 60_000;
const KEPT_MAX = 200;

export interface SecretReader {
  /** Like `readSecret`, from memory where it was read less than five minutes ago. */
  read(merchantId: string, name: string): Promise<Secret | null>;
}

/** One per function instance. Concurrent callers share one read; failures and absences are not kept. */
export function secretReader(deps: Deps): SecretReader {
  const kept = new Map<string, { readonly secret: Promise<Secret | null>; readonly untilMs: number }>();
  return {
    read(merchantId, name) {
      const id = recordId(merchantId, name);
      const nowMs = deps.clock.nowMs();
      const found = kept.get(id);
      if (found && nowMs < found.untilMs) return found.secret;
      const secret = readSecret(deps, merchantId, name);
      kept.delete(id);
      kept.set(id, { secret, untilMs: nowMs + SECRET_KEPT_MS });
      const [oldest] = kept.keys();
      if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
      secret.then(
        (value) => value ?? kept.delete(id),
        () => kept.delete(id),
      );
      return secret;
    },
  };
}
