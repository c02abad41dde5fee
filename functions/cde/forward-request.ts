/**
 * POST /v1/forward: fills the card into the merchant's request and sends it to the merchant's own PSP. 202 while the
 * outcome is not known.
 */
import { makeSafeFetch, resolveByDns } from '../../shared/base/net/safe-fetch.ts';
import { secretReader } from '../../shared/merchants/secret-store.ts';
import { createForward, type ForwardDeps } from '../../shared/payments/forward/forward.ts';
import { ForwardRequest } from '../../shared/payments/forward/request.ts';
import { makeOutgoing } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { makeCdeDeps } from './deps.ts';

const cde = makeCdeDeps({
  tables: ['Merchants', 'Tokens', 'Cards', 'Ledger'],
  keys: ['PanKey', 'CvcKey', 'SecretKey'],
});
const deps: ForwardDeps = {
  ...cde,
  secrets: secretReader(cde),
  send: makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: false }),
  sendNearby: makeOutgoing(),
};

export const handler = pipeline(
  deps,
  { key: 'secret', body: ForwardRequest, movesMoney: true },
  async ({ caller, body, idempotencyKey, callers }) => {
    const by = { caller, merchant: () => callers.merchant(caller) };
    const forward = await createForward(deps, by, body, idempotencyKey);
    return { status: forward.status === 'processing' ? 202 : 201, json: forward, sentTo: forward.sent_to };
  },
);
