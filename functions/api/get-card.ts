/** GET /v1/cards/{card_id}: a stored card without its number. */
import { getCard } from '../../shared/vault/vault.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Cards'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await getCard(deps, caller, path('card_id')),
}));
