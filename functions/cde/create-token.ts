/**
 * POST /v1/tokens: a card in, a one-time token out. May encrypt, never decrypt a card. Whoever holds the link of an open
 * checkout session may send one too.
 */
import { checkoutGuest } from '../../shared/checkout/guest.ts';
import { captureKeyRing } from '../../shared/vault/capture-keys.ts';
import { createToken, TokenRequest } from '../../shared/vault/vault.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps(
  {
    tables: ['Merchants', 'CaptureKeys', 'Tokens', 'Ledger'],
    keys: ['PanKey', 'CvcKey', 'FingerprintKey', 'CaptureKey'],
  },
  makeKms(),
);
const ring = captureKeyRing(deps);

export const handler = pipeline(
  deps,
  { key: 'publishable', body: TokenRequest, takesCard: true, guest: checkoutGuest(deps) },
  async ({ caller, body, authenticator }) => {
    const merchant = authenticator.merchant(caller);
    // A refused card is answered without it, so nobody else may be left to notice its failure.
    merchant.catch(() => {});
    return { status: 201, json: await createToken(deps, ring, caller, merchant, body) };
  },
);
