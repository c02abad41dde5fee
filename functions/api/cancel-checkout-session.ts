/** POST /v1/checkout_sessions/{checkout_session_id}/cancel: cancels an unpaid session. */
import { cancelCheckout } from '../../shared/payments/checkout/checkout.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { shownCheckout } from '../runtime/shown-checkout.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path, publicUrl }) => ({
  status: 200,
  json: shownCheckout(await cancelCheckout(deps, caller, path('checkout_session_id')), deps.clock.nowMs(), publicUrl),
}));
