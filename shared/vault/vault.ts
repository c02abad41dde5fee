/**
 * The vault's verbs, in the order a card meets them: a card becomes a token, a token can be read, a token can become a
 * stored card. Turning either back into a card belongs to the charge (shared/charges) and needs CdeDeps.
 */
import * as z from 'zod/mini';
import type { Attempt } from '../attempts/attempts.ts';
import { ProofInput } from '../attempts/proof.ts';
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Caller, Merchant } from '../merchants/merchant.ts';
import type { CardView, TokenView } from './answers.ts';
import type { CaptureKeyRing } from './capture-keys.ts';
import { cardFacts } from './card-facts.ts';
import { type Card, CardInput, readCard } from './card-input.ts';
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
import { type CipherPlace, moveCiphertext, type SealedPan, sealCvc, sealPan } from './cipher.ts';
import { openEncryptedCard } from './encrypted-card.ts';
import { fingerprintOf } from './fingerprint.ts';
import {
  putToken,
  readToken,
  spendToken,
  type TokenItem,
  tokenFor,
  tokenHash,
  tokenRefusal,
  tokenStatus,
} from './tokens.ts';

export type { CardView, TokenView } from './answers.ts';

/** Body of POST /v1/tokens: one of the two. */
export const TokenRequest = z
  .strictObject({
    encrypted_card: z.optional(
      z.string().check(z.describe('A compact JWE of the card, as docs/reference/encrypted-card.md says.')),
    ),
    card: z.optional(CardInput).check(z.describe('The card in clear instead, for callers that may see card numbers.')),
    proof: z.optional(ProofInput),
  })
  // For the description of the API: the parser answers for either with a code of its own.
  .check(z.meta({ oneOf: [{ required: ['encrypted_card'] }, { required: ['card'] }] }));

/** Body of POST /v1/cards. */
export const StoreRequest = z.strictObject({
  token: z.string().check(z.describe('An active token. It is spent, and its security code erased.')),
});

/**
 * Makes a one-time token of a card, encrypted in the browser or plain. KMS encrypts PAN and CVC and makes the
 * fingerprint side by side, while the merchant may still be on its way and the attempt is counted; then one put decides
 * (V2, V4, V11). Throws the refusal of the first bad field, the `jwe_…` refusals, `too_many_attempts`, `proof_required`,
 * or `token_replayed`.
 */
export async function createToken(
  deps: Deps,
  ring: CaptureKeyRing,
  caller: Caller & { readonly apiKey: string },
  merchant: Merchant | Promise<Merchant>,
  request: z.infer<typeof TokenRequest>,
  attempt: Attempt,
): Promise<TokenView> {
  const nowMs = deps.clock.nowMs();
  const admitted = () => attempt.admitted(merchant, { jwe: request.encrypted_card, proof: request.proof });
  const { card, jti } = await readRequest(deps, ring, caller, request).catch(async (refusal) => {
    // A refused card counts like any other, and over a ceiling it is answered like any other.
    await admitted();
    throw refusal;
  });
  attempt.ofBin(card.pan.bin);
  const token = tokenFor(caller.owner, jti);
  const hash = tokenHash(token);
  const place = { merchant: caller.merchantId, record: hash };
  const [pan, cvcCt, fingerprint, { token_ttl_minutes: ttlMinutes }] = await Promise.all([
    sealPan(deps, card.pan, place),
    sealCvc(deps, card.cvc, place, token),
    fingerprintOf(deps, card.pan, caller.merchantId),
    merchant,
    admitted(),
  ]);
  const item = {
    token_hash: hash,
    owner: caller.owner,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + ttlMinutes * 60_000,
    brand: card.pan.brand,
    bin: card.pan.bin,
    last4: card.pan.last4,
    exp_month: card.expiry.month,
    exp_year: card.expiry.year,
    fingerprint,
    pan_ct: pan.ciphertext,
    pan_key: pan.keyId,
    cvc_ct: cvcCt,
  };
  if (!(await putToken(deps, item))) throw new VaultError('token_replayed', { param: 'encrypted_card' });
  return tokenView(token, item, nowMs);
}

/** The token by its live id; throws `token_not_found` or `token_foreign`. Spent and expired ones are shown as such. */
export async function getToken(deps: Deps, caller: Caller, token: string): Promise<TokenView> {
  const item = isId('tok', token) ? await readToken(deps, tokenHash(token)) : null;
  if (item === null) throw new VaultError('token_not_found', { param: 'token_id' });
  if (item.owner !== caller.owner) throw new VaultError('token_foreign', { param: 'token_id' });
  return tokenView(token, item, deps.clock.nowMs());
}

/**
 * Stores a token's card: the token is spent, which erases its CVC, and KMS re-encrypts the PAN to the card's record
 * without showing it to anyone (V2, V10). Repeating the request after a lost answer finds the same card.
 */
export async function storeCard(deps: Deps, caller: Caller, token: string): Promise<CardView> {
  // Not a code token either, which lies in the same table.
  if (!isId('tok', token)) throw new VaultError('token_not_found', { param: 'token' });
  const hash = tokenHash(token);
  const cardId = cardIdFor(caller.owner, hash);
  const spent = await spendToken(deps, { hash, owner: caller.owner, spender: cardId });
  if (spent === null) return storedBefore(deps, caller, hash, cardId);
  return cardView(await storePan(deps, caller, spent.pan, spent.item, cardId));
}

/** Moves a spent token's PAN ciphertext to a stored card; answers with what has the id. Also how a charge saves its card. */
export async function storePan(
  deps: Deps,
  caller: Caller,
  pan: SealedPan,
  token: TokenItem & Pick<CardItem, 'network_transaction_id'>,
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
  // Taken already: by this very put, whose answer the SDK did not get, or by whoever settled the charge first.
  return (await putCard(deps, item)) ? item : ((await readCardItem(deps, cardId)) ?? item);
}

/** Throws `card_not_found` or `card_deleted`. */
export async function getCard(deps: Deps, caller: Caller, cardId: string): Promise<CardView> {
  return cardView(availableCard(await readCardItem(deps, cardId), caller.owner, 'card_id'));
}

/** Locks, unlocks or deletes; repeating any of them changes nothing more. */
export async function changeCard(deps: Deps, caller: Caller, cardId: string, verb: CardVerb): Promise<CardView> {
  return cardView(await moveCard(deps, cardId, caller.owner, verb));
}

async function readRequest(
  deps: Deps,
  ring: CaptureKeyRing,
  caller: Caller & { readonly apiKey: string },
  request: z.infer<typeof TokenRequest>,
): Promise<{ card: Card; jti: string }> {
  const { encrypted_card: compact, card: plain } = request;
  if (compact !== undefined && plain !== undefined) throw new VaultError('invalid_field', { param: 'card' });
  if (plain !== undefined) {
    const jti = Buffer.from(deps.random(16)).toString('base64url');
    return { card: readCard(plain, caller.mode, deps.clock.nowMs(), 'card'), jti };
  }
  if (compact === undefined) throw new VaultError('missing_field', { param: 'encrypted_card' });
  const claims = await openEncryptedCard(deps.clock, ring, { compact, publishableKey: caller.apiKey });
  return { card: readCard(claims, caller.mode, deps.clock.nowMs(), 'encrypted_card'), jti: claims.jti };
}

/** Longer than any function runs: a store that began before this has ended, one way or the other. */
const STORE_OVER_MS = 60_000;

/** The spend did not happen: either this very request was made before, or the token refuses. */
async function storedBefore(deps: Deps, caller: Caller, hash: string, cardId: string): Promise<CardView> {
  const [token, card] = await Promise.all([readToken(deps, hash), readCardItem(deps, cardId)]);
  if (token?.spent_by === cardId && token.owner === caller.owner) {
    const isOver = deps.clock.nowMs() - (token.erased_at_ms ?? 0) >= STORE_OVER_MS;
    // The request that spent the token may be about to put the card.
    if (card === null) throw new VaultError(isOver ? 'card_not_stored' : 'busy', { param: 'token' });
    return cardView(availableCard(card, caller.owner, 'token'));
  }
  throw tokenRefusal(token, caller.owner, deps.clock.nowMs(), 'token') ?? new VaultError('busy');
}

const tokenView = (id: string, item: TokenItem, nowMs: number): TokenView => ({
  object: 'token',
  id,
  status: tokenStatus(item, nowMs),
  card: cardFacts(item),
  created_at: toRfc3339(item.created_at_ms),
  expires_at: toRfc3339(item.expires_at_ms),
  spent_by: item.spent_by ?? null,
});

const cardView = (item: CardItem): CardView => ({
  object: 'card',
  id: item.card_id,
  status: item.status,
  ...cardFacts(item),
  created_at: toRfc3339(item.created_at_ms),
});
