/** POST /v1/cards: moves a token's PAN to a stored card with KMS ReEncrypt; no plaintext reaches this function. */
import { StoreRequest, storeCard } from '../../shared/vault/vault.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Tokens', 'Cards'], keys: ['PanKey'] }, makeKms());

export const handler = pipeline(deps, { key: 'secret', body: StoreRequest }, async ({ caller, body }) => ({
  status: 201,
  json: await storeCard(deps, caller, body.token),
}));
