/** GET /v1/events?limit&cursor: the events of the merchant's charges and forwards, newest first. */
import { listEvents } from '../../shared/events/list.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger', 'Events'], keys: [] });

export const handler = pipeline(deps, { key: 'secret', query: ['limit', 'cursor'] }, async ({ caller, query }) => ({
  status: 200,
  json: await listEvents(deps, caller, { limit: query('limit'), cursor: query('cursor') }),
}));
