/**
 * The card fingerprint: a keyed hash of the whole PAN, computed in KMS (PCI DSS 4.0.1 3.5.1.1), then hashed with the
 * merchant, so that equal cards match within one merchant only. The merchant is hashed separately because KMS HMAC keys
 * take no encryption context.
 */
import { createHmac } from 'node:crypto';
import { GenerateMacCommand } from '@aws-sdk/client-kms';
import type { Deps } from '../base/deps.ts';
import { needs } from '../base/errors.ts';
import { base32 } from '../base/ids.ts';
import type { Pan } from '../card/pan.ts';

export async function fingerprintOf(deps: Deps, pan: Pan, merchant: string): Promise<string> {
  const response = await deps.kms.send(
    new GenerateMacCommand({
      KeyId: deps.key('FingerprintKey'),
      MacAlgorithm: 'HMAC_SHA_256',
      Message: Buffer.from(pan.digits()),
    }),
  );
  needs(response.Mac, 'KMS makes a MAC');
  return `fp_${base32(createHmac('sha256', response.Mac).update(`fuda/fingerprint/v1|${merchant}`).digest(), 26)}`;
}
