/** GET /v1/charges?limit&cursor: the merchant's charges, newest first. */
import { listCharges } from '../../shared/payments/charges/list.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });

export const handler = pipeline(deps, { key: 'secret', query: ['limit', 'cursor'] }, async ({ caller, query }) => ({
  status: 200,
  json: await listCharges(deps, caller, { limit: query('limit'), cursor: query('cursor') }),
}));
