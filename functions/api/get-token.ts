/** POST /v1/tokens/lookup: a token's state, and its card without the number. */
import { getToken, LookupRequest } from '../../shared/vault/vault.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Tokens'], keys: [] });

export const handler = pipeline(deps, { key: 'secret', body: LookupRequest }, async ({ caller, body }) => ({
  status: 200,
  json: await getToken(deps, caller, body.token),
}));
