/**
 * POST /v1/checkout_sessions/{checkout_session_id}/pay: pays a session with a token. Needs no API key: the session's id
 * allows one payment of the session's amount. 202 while the outcome is not known. The merchant's server does not call
 * this route, so the function starts webhook delivery at once.
 */
import { payCheckout } from '../../shared/payments/checkout/pay.ts';
import { PayRequest } from '../../shared/payments/checkout/request.ts';
import { earlyRuns } from '../runtime/early-run.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { makeCdeDeps } from './deps.ts';

const cde = makeCdeDeps({
  tables: ['Merchants', 'Tokens', 'Cards', 'Ledger', 'Counters', 'Simulator'],
  keys: ['PanKey', 'CvcKey', 'SecretKey'],
});

const deliverSoon = earlyRuns(cde);

export const handler = pipeline(cde, { key: 'none', body: PayRequest }, async ({ body, path }) => {
  const { payment, charge } = await payCheckout(cde, path('checkout_session_id'), body.token);
  if (charge !== undefined) await deliverSoon();
  return {
    status: payment.outcome === 'processing' ? 202 : 200,
    json: payment,
    ...(charge && {
      charged: { processor: charge.processor.name, outcome: charge.status },
      sentTo: charge.sent_to,
    }),
  };
});
