/**
 * A merchant's secrets: credentials with which the vault acts for it elsewhere, such as the API key of its processor.
 * KMS encrypts each under SecretKey with the context {purpose, merchant, record: its name, use}, so a ciphertext moved
 * to another merchant, name or use does not decrypt, and CloudTrail records every decryption. The operator may encrypt
 * and never decrypt; functions decrypt and never encrypt (PCI DSS 4.0.1 3.6.1.2, 8.6.2).
 */
import { DecryptCommand, EncryptCommand } from '@aws-sdk/client-kms';
import type { Deps } from '../base/deps.ts';
import { change, getItem, getItems, queryIndex } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import type { Merchant } from './merchant.ts';
import { MerchantError } from './merchant-store.ts';
import type { Mode } from './mode.ts';
import { Secret } from './secret.ts';

/** KMS encrypts at most 4096 bytes directly. */
export const SECRET_BYTES_MAX = 4_096;
const SECRETS_MAX = 100;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;

/**
 * The only receiver of a secret: one processor or forward destination in one mode, one webhook endpoint, one inbound
 * sender.
 */
export type SecretUse = `${'processor' | 'forward' | 'inbound'}:${string}/${Mode}` | `webhook:${string}`;
const USE = /^(?:(?:processor|forward|inbound):[a-z][a-z0-9-]{0,39}\/(?:test|live)|webhook:we_[a-z2-7]{26})$/;

export const isSecretUse = (text: string): text is SecretUse => USE.test(text);

/** A merchant's secret and the use it is asked for. */
export interface SecretFor {
  readonly merchantId: string;
  readonly name: string;
  readonly use: SecretUse;
}

interface SecretItem {
  /** `secret_<merchant id>_<name>`. */
  readonly record_id: string;
  readonly merchant_id: string;
  readonly name: string;
  readonly use: SecretUse;
  /** KMS ciphertext. */
  readonly ct: Uint8Array;
  readonly created_at_ms: number;
}

/** What may be shown of a secret: its name, use and age. */
export interface SecretEntry {
  readonly name: string;
  readonly use: SecretUse;
  readonly createdAtMs: number;
}

const recordId = (merchantId: string, name: string): string => `secret_${merchantId}_${name}`;

const contextOf = ({ merchantId, name, use }: SecretFor): Record<string, string> => ({
  purpose: 'secret',
  merchant: merchantId,
  record: name,
  use,
});

/** Throws MerchantError unless the name is 1–40 lower-case letters, digits and dashes, the first a letter. */
export function checkSecretName(name: string): string {
  if (NAME.test(name)) return name;
  throw new MerchantError(
    'A secret’s name is 1 to 40 lower-case letters, digits and dashes, and begins with a letter.',
  );
}

/**
 * Encrypts and stores a secret, replacing any of this name and use. Throws MerchantError for an unknown merchant, and for
 * a name that has another use, because the caller that reads that use would fail from then on.
 */
export async function putSecret(deps: Deps, where: SecretFor, secret: Secret): Promise<SecretEntry> {
  const { merchantId, name, use } = where;
  checkSecretName(name);
  if (!isSecretUse(use)) throw new MerchantError(SECRET_USES);
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
      EncryptionContext: contextOf(where),
    }),
  );
  needs(sealed.CiphertextBlob, 'KMS encrypts');
  const createdAtMs = deps.clock.nowMs();
  const written = await change(deps, 'Merchants', recordId(merchantId, name), {
    update: 'SET merchant_id = :merchant, #name = :name, #use = :use, ct = :ct, created_at_ms = :now',
    condition: 'attribute_not_exists(#use) OR #use = :use',
    names: { '#name': 'name', '#use': 'use' },
    values: { ':merchant': merchantId, ':name': name, ':use': use, ':ct': sealed.CiphertextBlob, ':now': createdAtMs },
  });
  if (written === null)
    throw new MerchantError('A secret of this name is for another use; give this one another name.');
  return { name, use, createdAtMs };
}

export const SECRET_USES =
  'A secret’s use is processor:NAME/MODE or forward:NAME/MODE, where MODE is test or live, such as processor:stripe/live.';

/** Names, uses and ages, in the order of the names; never a value. */
export async function listSecrets(deps: Deps, merchantId: string): Promise<SecretEntry[]> {
  const page = await queryIndex(deps, 'Merchants', 'by_merchant', {
    partition: ['merchant_id', merchantId],
    sort: ['record_id', '>=', 'secret_'],
    limit: SECRETS_MAX,
  });
  const ids = page.keys.map((key) => String(key.record_id)).filter((id) => id.startsWith('secret_'));
  const items = await getItems<SecretItem>(deps, 'Merchants', ids);
  return items.map(({ name, use, created_at_ms: createdAtMs }) => ({ name, use, createdAtMs }));
}

/** Decrypts a secret; null where the merchant has none of this name for this use. */
export async function readSecret(deps: Deps, wanted: SecretFor): Promise<Secret | null> {
  const { merchantId, name, use } = wanted;
  if (!NAME.test(name)) return null;
  const item = await getItem<SecretItem>(deps, 'Merchants', recordId(merchantId, name));
  if (item?.use !== use) return null;
  const opened = await deps.kms.send(
    new DecryptCommand({
      KeyId: deps.key('SecretKey'),
      CiphertextBlob: item.ct,
      EncryptionContext: contextOf(wanted),
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
  read(wanted: SecretFor): Promise<Secret | null>;
}

/** One per function instance. Concurrent callers share one read; failures and absences are not kept. */
export function secretReader(deps: Deps): SecretReader {
  const kept = new Map<string, { readonly secret: Promise<Secret | null>; readonly untilMs: number }>();
  return {
    read(wanted) {
      const id = `${recordId(wanted.merchantId, wanted.name)}|${wanted.use}`;
      const nowMs = deps.clock.nowMs();
      const found = kept.get(id);
      if (found && nowMs < found.untilMs) return found.secret;
      const secret = readSecret(deps, wanted);
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
