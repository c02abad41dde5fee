/** POST /v1/checkout_sessions: creates a payment page for one payment, as a link and a QR code. */
import { createCheckout } from '../../shared/payments/checkout/checkout.ts';
import { CheckoutRequest } from '../../shared/payments/checkout/request.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { shownCheckout } from '../runtime/shown-checkout.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(
  deps,
  { key: 'secret', body: CheckoutRequest, movesMoney: true },
  async ({ caller, body, idempotencyKey, callers, publicUrl }) => {
    const by = { caller, merchant: () => callers.merchant(caller) };
    const session = await createCheckout(deps, by, body, idempotencyKey);
    return { status: 201, json: shownCheckout(session, deps.clock.nowMs(), publicUrl) };
  },
);
