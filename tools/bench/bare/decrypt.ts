/** The SDK call of one decryption; returns the AWS request id. */
import { DecryptCommand } from '@aws-sdk/client-kms';
import { kms } from './clients.ts';

const KEYS = { pan: process.env.PAN_KEY_ARN, cvc: process.env.CVC_KEY_ARN };

export async function decrypt(purpose: 'pan' | 'cvc', sealed: Uint8Array, owner: string, record: string) {
  const merchant = owner.split('/')[0] ?? '';
  const response = await kms.send(
    new DecryptCommand({
      KeyId: KEYS[purpose],
      CiphertextBlob: sealed,
      EncryptionContext: { purpose, merchant, record },
    }),
  );
  return response.$metadata.requestId ?? '';
}
