/** POST /v1/checkout_sessions: creates a payment page for one payment, as a link and a QR code. */
import { createCheckout } from '../../shared/checkout/checkout.ts';
import { CheckoutRequest } from '../../shared/checkout/request.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';
import { shownCheckout } from '../shown-checkout.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(
  deps,
  { key: 'secret', body: CheckoutRequest, movesMoney: true },
  async ({ caller, body, idempotencyKey, authenticator, publicUrl }) => {
    const merchant = await authenticator.merchant(caller);
    const session = await createCheckout(deps, caller, merchant, body, idempotencyKey);
    return { status: 201, json: shownCheckout(session, deps.clock.nowMs(), publicUrl) };
  },
);
