/**
 * POST /v1/cvc_tokens: takes a security code and returns a one-time token. May encrypt a code, and has no right to
 * encrypt a card number.
 */
import { CvcTokenRequest, createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { captureKeyRing } from '../../shared/vault/intake/capture-keys.ts';
import { countAttempts } from '../runtime/attempts.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps(
  { tables: ['Merchants', 'CaptureKeys', 'Counters', 'Tokens'], keys: ['CvcKey', 'CaptureKey'] },
  makeKms(),
);
const ring = captureKeyRing(deps);
const attempts = countAttempts(deps);

export const handler = pipeline(
  deps,
  { key: 'publishable', body: CvcTokenRequest },
  async ({ caller, body, callers, sourceIp }) => {
    const attempt = attempts.begin(caller, sourceIp);
    const merchant = callers.merchant(caller);
    // createCvcToken may throw before it awaits this promise; the empty handler prevents an unhandled rejection.
    merchant.catch(() => {});
    return { status: 201, json: await createCvcToken(deps, ring, { caller, merchant, attempt }, body) };
  },
);
