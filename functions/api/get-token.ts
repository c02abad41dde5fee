/** GET /v1/tokens/{token_id}: a token's state, and its card without the number. */
import { getToken } from '../../shared/vault/vault.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Tokens'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getToken(deps, caller, path('token_id')),
}));
