/** GET /v1/charges/{charge_id}: one charge with its refunds. */
import { getCharge } from '../../shared/charges/list.ts';
import { makeDeps } from '../deps.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getCharge(deps, caller, path('charge_id')),
}));
