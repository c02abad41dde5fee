/**
 * The verbs over tokens and stored cards that need no card in clear: read a token, store its card, read and change a
 * stored card. source.ts decrypts.
 */
import * as z from 'zod/mini';
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Caller } from '../merchants/merchant.ts';
import { cardFacts } from './card-facts.ts';
import {
  availableCard,
  type CardItem,
  type CardVerb,
  cardIdFor,
  moveCard,
  putCard,
  readCardItem,
  sealedUnder,
} from './cards.ts';
import { type CipherPlace, moveCiphertext, type SealedPan } from './cipher.ts';
import type { CardView, TokenView } from './responses.ts';
import { readToken, spendToken, type TokenItem, tokenHash, tokenRefusal, tokenView } from './tokens.ts';

export type { CardView, TokenView } from './responses.ts';

/** Body of POST /v1/cards. */
export const StoreRequest = z.strictObject({
  token: z.string().check(z.describe('An active token. It is spent, and its security code erased.')),
});

/** Body of POST /v1/tokens/lookup: a live token in an address would lie in the logs of every proxy on the way. */
export const LookupRequest = z.strictObject({
  token: z.string().check(z.describe('The token, as the browser received it. It is not spent.')),
});

/** The token by its live id; throws `token_not_found` or `token_foreign`. Spent and expired ones are shown as such. */
export async function getToken(deps: Deps, caller: Caller, token: string): Promise<TokenView> {
  const item = isId('tok', token) ? await readToken(deps, tokenHash(token)) : null;
  if (item === null) throw new VaultError('token_not_found', { param: 'token' });
  if (item.owner !== caller.owner) throw new VaultError('token_foreign', { param: 'token' });
  return tokenView(token, item, deps.clock.nowMs());
}

/**
 * Stores a token's card: the token is spent, which erases its CVC, and KMS re-encrypts the PAN for the card's record,
 * so no plaintext leaves KMS (V2, V10). Repeating the request after a lost response returns the same card.
 */
export async function storeCard(deps: Deps, caller: Caller, token: string): Promise<CardView> {
  // Refuses code tokens too, which are in the same table.
  if (!isId('tok', token)) throw new VaultError('token_not_found', { param: 'token' });
  const hash = tokenHash(token);
  const cardId = cardIdFor(caller.owner, hash);
  const spent = await spendToken(deps, { hash, owner: caller.owner, spender: cardId });
  if (spent === null) return storedBefore(deps, caller, hash, cardId);
  return cardView(await storePan(deps, caller, spent, cardId));
}

interface SpentToken {
  readonly item: TokenItem & Pick<CardItem, 'network_transaction_id'>;
  readonly pan: SealedPan;
}

/**
 * Moves a spent token's PAN ciphertext to a stored card and returns the card that has the id. A charge saves its card
 * with this.
 */
export async function storePan(
  deps: Deps,
  caller: Caller,
  { item: token, pan }: SpentToken,
  cardId: string,
): Promise<CardItem> {
  const place = (record: string): CipherPlace => ({ merchant: caller.merchantId, record });
  const moved = await moveCiphertext(deps, pan, place(token.token_hash), place(cardId));
  const item: CardItem = {
    card_id: cardId,
    owner: caller.owner,
    status: 'active',
    created_at_ms: deps.clock.nowMs(),
    ...sealedUnder(cardId, moved.value),
    store_request_id: moved.requestId,
    ...cardFacts(token),
    ...(token.network_transaction_id !== undefined && { network_transaction_id: token.network_transaction_id }),
  };
  // The id exists: an earlier try of this put succeeded, or recovery wrote a tombstone first.
  return (await putCard(deps, item)) ? item : ((await readCardItem(deps, cardId)) ?? item);
}

/** Throws `card_not_found` or `card_deleted`. */
export async function getCard(deps: Deps, caller: Caller, cardId: string): Promise<CardView> {
  return cardView(availableCard(await readCardItem(deps, cardId), caller.owner, 'card_id'));
}

/** Locks, unlocks or deletes; all are idempotent. */
export async function changeCard(deps: Deps, caller: Caller, cardId: string, verb: CardVerb): Promise<CardView> {
  return cardView(await moveCard(deps, cardId, caller.owner, verb));
}

/** Longer than any function runs, so an older store request has certainly ended. */
const STORE_OVER_MS = 60_000;

/** The token could not be spent: an earlier request stored its card, or the token refuses. */
async function storedBefore(deps: Deps, caller: Caller, hash: string, cardId: string): Promise<CardView> {
  const [token, card] = await Promise.all([readToken(deps, hash), readCardItem(deps, cardId)]);
  if (token?.spent_by === cardId && token.owner === caller.owner) {
    const isOver = deps.clock.nowMs() - (token.erased_at_ms ?? 0) >= STORE_OVER_MS;
    // The request that spent the token may be about to put the card.
    if (card === null) throw new VaultError(isOver ? 'card_not_stored' : 'busy', { param: 'token' });
    return cardView(availableCard(card, caller.owner, 'token'));
  }
  const use = { owner: caller.owner, nowMs: deps.clock.nowMs(), param: 'token' };
  throw tokenRefusal(token, use) ?? new VaultError('busy');
}

const cardView = (item: CardItem): CardView => ({
  object: 'card',
  id: item.card_id,
  status: item.status,
  ...cardFacts(item),
  created_at: toRfc3339(item.created_at_ms),
});
