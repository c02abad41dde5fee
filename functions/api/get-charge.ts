/** GET /v1/charges/{charge_id}: one charge with its refunds. */
import { getCharge } from '../../shared/payments/charges/list.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getCharge(deps, caller, path('charge_id')),
}));
