/** POST /v1/cards/{card_id}/unlock: allows charges of a locked card again. */
import { changeCard } from '../../shared/vault/vault.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Cards'], keys: [] });

export const handler = pipeline(deps, { key: 'secret' }, async ({ caller, path }) => ({
  status: 200,
  json: await changeCard(deps, caller, path('card_id'), 'unlock'),
}));
