/** POST /v1/cvc_tokens: a security code in, a one-time token out. May encrypt a code; a card number it could not. */
import { captureKeyRing } from '../../shared/vault/capture-keys.ts';
import { CvcTokenRequest, createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'CaptureKeys', 'Tokens'], keys: ['CvcKey', 'CaptureKey'] }, makeKms());
const ring = captureKeyRing(deps);

export const handler = pipeline(
  deps,
  { key: 'publishable', body: CvcTokenRequest },
  async ({ caller, body, authenticator }) => {
    const merchant = authenticator.merchant(caller);
    // A refused code is answered without it, so nobody else may be left to notice its failure.
    merchant.catch(() => {});
    return { status: 201, json: await createCvcToken(deps, ring, caller, merchant, body) };
  },
);
