/** GET /v1/forward/{forward_id}: a forward's state, with the destination's masked response. */
import { getForward } from '../../shared/payments/forward/record.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getForward(deps, caller, path('forward_id')),
}));
