/**
 * POST /v1/cvc_tokens: takes a security code and returns a one-time token. May encrypt a code, and has no right to
 * encrypt a card number.
 */
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
    // createCvcToken may throw before it awaits this promise; the empty handler prevents an unhandled rejection.
    merchant.catch(() => {});
    return { status: 201, json: await createCvcToken(deps, ring, caller, merchant, body, attempt) };
  },
);
