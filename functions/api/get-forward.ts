/** GET /v1/forward/{forward_id}: a forward's state, with the destination's masked response. */
import { getForward } from '../../shared/forward/record.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getForward(deps, caller, path('forward_id')),
}));
