/**
 * POST /v1/forward: fills the card into the merchant's request and sends it to the merchant's own PSP. 202 while the
 * outcome is not known.
 */
import { makeSafeFetch, resolveByDns } from '../../shared/base/safe-fetch.ts';
import { createForward, type ForwardDeps } from '../../shared/forward/forward.ts';
import { ForwardRequest } from '../../shared/forward/request.ts';
import { secretReader } from '../../shared/merchants/secrets.ts';
import { makeOutgoing } from '../deps.ts';
import { pipeline } from '../pipeline.ts';
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
  async ({ caller, body, idempotencyKey, authenticator }) => {
    const merchant = await authenticator.merchant(caller);
    const forward = await createForward(deps, caller, merchant, body, idempotencyKey);
    return { status: forward.status === 'processing' ? 202 : 201, json: forward };
  },
);
