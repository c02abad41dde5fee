/**
 * POST /v1/tokens: takes a card and returns a one-time token. May encrypt a card, and never decrypt one. The id of an
 * open checkout session is accepted instead of a publishable key.
 */
import { checkoutGuest } from '../../shared/payments/checkout/guest.ts';
import { createToken, TokenRequest } from '../../shared/vault/create-token.ts';
import { captureKeyRing } from '../../shared/vault/intake/capture-keys.ts';
import { countAttempts } from '../runtime/attempts.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps(
  {
    tables: ['Merchants', 'CaptureKeys', 'Counters', 'Tokens', 'Ledger'],
    keys: ['PanKey', 'CvcKey', 'FingerprintKey', 'CaptureKey'],
  },
  makeKms(),
);
const ring = captureKeyRing(deps);
const attempts = countAttempts(deps);

export const handler = pipeline(
  deps,
  { key: 'publishable', body: TokenRequest, takesCard: true, guest: checkoutGuest(deps) },
  async ({ caller, body, callers, sourceIp }) => {
    const attempt = attempts.begin(caller, sourceIp);
    const merchant = callers.merchant(caller);
    // createToken may throw before it awaits this promise; the empty handler prevents an unhandled rejection.
    merchant.catch(() => {});
    return { status: 201, json: await createToken(deps, ring, { caller, merchant, attempt }, body) };
  },
);
