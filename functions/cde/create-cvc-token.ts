/** POST /v1/cvc_tokens: a security code in, a one-time token out. May encrypt a code; a card number it could not. */
import { captureKeyRing } from '../../shared/vault/capture-keys.ts';
import { CvcTokenRequest, createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { countAttempts } from '../attempts.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps(
  { tables: ['Merchants', 'CaptureKeys', 'Counters', 'Tokens'], keys: ['CvcKey', 'CaptureKey'] },
  makeKms(),
);
const ring = captureKeyRing(deps);
const attempts = countAttempts(deps);

export const handler = pipeline(
  deps,
  { key: 'publishable', body: CvcTokenRequest },
  async ({ caller, body, authenticator, sourceIp }) => {
    const attempt = attempts.begin(caller, sourceIp);
    const merchant = authenticator.merchant(caller);
    // Until a refused code asks for it, nobody else is there to notice its failure.
    merchant.catch(() => {});
    return { status: 201, json: await createCvcToken(deps, ring, caller, merchant, body, attempt) };
  },
);
