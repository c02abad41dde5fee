/**
 * Judges re-encryptions of card numbers (V10): from a token to a stored card of the same merchant, or of a stored card to
 * the next PAN key. No number leaves KMS in either, so they need no reason in the ledger; but a ciphertext may end only
 * where the vault keeps cards.
 */
import type { KeyEvent } from '../trail/events.ts';
import { cardKeyOf } from './reasons.ts';

/** `moved_to_new_key`: a stored card re-encrypted under the next key; it stays the same card. */
type ReEncryptionClass = 'stored_by_charge' | 'stored_card' | 'moved_to_new_key';
export type ReEncryptionReason = 'key_outside_vault' | 'merchant_differs' | 'not_a_card' | 'not_a_token';

export interface ReEncryptionUse {
  readonly event: KeyEvent;
  readonly explanation:
    | { readonly kind: ReEncryptionClass }
    | { readonly kind: 'unexplained'; readonly reason: ReEncryptionReason };
}

/** A successful re-encryption from or to a key of the vault. */
export const isReEncryption = ({ errorCode, reEncryption }: KeyEvent): boolean =>
  errorCode === undefined && reEncryption !== undefined;

/** `stores` are the request ids with which charges say that they stored a card. */
export function judgeReEncryption(event: KeyEvent, stores: ReadonlySet<string>): ReEncryptionUse {
  const kind = reEncryptionClass(event, stores);
  return { event, explanation: isFault(kind) ? { kind: 'unexplained', reason: kind } : { kind } };
}

/**
 * A ReEncrypt may only move a PAN from a token to a card of the same merchant under the vault's key, or move a card to
 * the next key with the same context (V10).
 */
function reEncryptionClass(
  { context, reEncryption, requestId }: KeyEvent,
  stores: ReadonlySet<string>,
): ReEncryptionClass | ReEncryptionReason {
  const { source, destination } = reEncryption ?? {};
  const toKeyOfThen = destination === 'PanKey' || (destination === 'FormerPanKey' && source === 'FormerPanKey');
  if (source === undefined || cardKeyOf(source) !== 'PanKey' || !toKeyOfThen) return 'key_outside_vault';
  const { merchant, record } = reEncryption?.destinationContext ?? {};
  if (!context.merchant || context.merchant !== merchant) return 'merchant_differs';
  if (!isCard(record)) return 'not_a_card';
  if (!isCard(context.record)) return stores.has(requestId) ? 'stored_by_charge' : 'stored_card';
  return source !== destination && context.record === record ? 'moved_to_new_key' : 'not_a_token';
}

const isCard = (record: string | undefined): boolean => record?.startsWith('card_') === true;
const FAULTS: ReadonlySet<string> = new Set<ReEncryptionReason>([
  'key_outside_vault',
  'merchant_differs',
  'not_a_card',
  'not_a_token',
]);
const isFault = (kind: ReEncryptionClass | ReEncryptionReason): kind is ReEncryptionReason => FAULTS.has(kind);
