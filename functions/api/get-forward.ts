/** GET /v1/forward/{forward_id}: what became of a forward, with the destination's answer as it was masked. */
import { getForward } from '../../shared/forward/record.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getForward(deps, caller, path('forward_id')),
}));
