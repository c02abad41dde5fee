/** GET /v1/checkout_sessions/{checkout_session_id}: a session's state, which tells a shop whether to ship the goods. */
import { getCheckout } from '../../shared/payments/checkout/checkout.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { shownCheckout } from '../runtime/shown-checkout.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path, publicUrl }) => ({
  status: 200,
  json: shownCheckout(await getCheckout(deps, caller, path('checkout_session_id')), deps.clock.nowMs(), publicUrl),
}));
