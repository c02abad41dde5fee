/** Which re-encryption of a card number is accounted for by what, and which never is (V10). */
import { describe, expect, test } from '@jest/globals';
import { judgeReEncryption } from '../../audit/reasons/moves.ts';
import { type KeyEvent, readEvent } from '../../audit/trail/events.ts';
import { kmsRecord, RESOURCES } from './trail-maker.ts';

const TO_CARD = { purpose: 'pan', merchant: 'mer_a', record: 'card_1' };

/** From the token hash_a of mer_a. */
const reEncrypt = (destinationEncryptionContext: object, destinationKeyId: string = RESOURCES.keyArns.PanKey) =>
  readEvent(
    kmsRecord({
      eventName: 'ReEncrypt',
      requestID: 's1',
      requestParameters: {
        sourceEncryptionContext: { purpose: 'pan', merchant: 'mer_a', record: 'hash_a' },
        destinationKeyId,
        destinationEncryptionContext,
      },
      resources: [{ ARN: RESOURCES.keyArns.PanKey }, { ARN: destinationKeyId }],
    }),
    RESOURCES,
    'log',
  ) as KeyEvent;

function judge(event: KeyEvent, stores: readonly string[] = []): string {
  const { explanation } = judgeReEncryption(event, new Set(stores));
  return explanation.kind === 'unexplained' ? explanation.reason : explanation.kind;
}

describe('a re-encryption', () => {
  test('is a stored card, of a charge when the charge says so', () => {
    expect(judge(reEncrypt(TO_CARD))).toBe('stored_card');
    expect(judge(reEncrypt(TO_CARD), ['s1'])).toBe('stored_by_charge');
  });

  test.each([
    ['to a key outside the vault', reEncrypt(TO_CARD, 'arn:aws:kms:x:9:key/thief'), 'key_outside_vault'],
    ['to another key of the vault', reEncrypt(TO_CARD, RESOURCES.keyArns.CvcKey), 'key_outside_vault'],
    ['to another merchant', reEncrypt({ ...TO_CARD, merchant: 'mer_b' }), 'merchant_differs'],
    ['to something other than a card', reEncrypt({ ...TO_CARD, record: 'hash_b' }), 'not_a_card'],
    ['without a context', reEncrypt({}), 'merchant_differs'],
  ])('%s is unexplained', (_name, event, reason) => {
    expect(judge(event)).toBe(reason);
  });
});
