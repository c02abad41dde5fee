/**
 * One-time tokens and their table. The live token is a bearer secret, so the table has only its SHA-256 (V11). An item
 * holds ciphertexts, of a card or of a security code alone (cvc-tokens.ts), until the token is spent or swept; either
 * way one write removes them (V2, V4).
 */
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { change, getItem, putNew, queryIndex } from '../base/dynamo.ts';
import { VaultError } from '../base/errors.ts';
import { derivedId, sha256Hex, shardOf } from '../base/ids.ts';
import { SHARDS } from '../base/tables.ts';
import { type CardFacts, cardFacts } from './card-facts.ts';
import type { SealedPan } from './cipher.ts';
import type { TokenView } from './responses.ts';

/** The attributes of every item. An active one holds a CVC ciphertext, a card token also a PAN ciphertext. */
export interface OneTimeItem {
  readonly token_hash: string;
  readonly owner: string;
  readonly created_at_ms: number;
  readonly expires_at_ms: number;
  /** Present while the item holds ciphertexts: puts it in the index that the sweep reads. */
  readonly due_shard?: string;
  readonly cvc_ct?: Uint8Array;
  /** The charge or card that spent the token. */
  readonly spent_by?: string;
  /** When the ciphertexts were removed, by spending or by the sweep. */
  readonly erased_at_ms?: number;
}

export interface TokenItem extends OneTimeItem, CardFacts {
  readonly pan_ct?: Uint8Array;
  /** Id of the PAN key that `pan_ct` was made under. */
  readonly pan_key: string;
}

export type TokenStatus = 'active' | 'spent' | 'expired';

/**
 * The same owner and jti give the same token, so a replayed JWE finds its record taken; a guess needs the 128-bit jti.
 */
export const tokenFor = (owner: string, jti: string): string => derivedId('tok', owner, jti);

export const tokenHash = (token: string): string => sha256Hex(token);

export function tokenStatus(item: OneTimeItem, nowMs: number): TokenStatus {
  if (item.spent_by !== undefined) return 'spent';
  return nowMs < item.expires_at_ms ? 'active' : 'expired';
}

/**
 * False where a token with this hash exists, which means its JWE was used before. The ciphertext shows whether this call
 * wrote the item: KMS never makes the same one twice.
 */
export async function putToken<Item extends OneTimeItem>(
  deps: Deps,
  item: Omit<Item, 'due_shard' | 'spent_by' | 'erased_at_ms'>,
): Promise<boolean> {
  return putNew(deps, 'Tokens', { ...item, due_shard: String(shardOf(item.token_hash, SHARDS.due)) }, 'cvc_ct');
}

export const readToken = <Item extends OneTimeItem = TokenItem>(deps: Deps, hash: string): Promise<Item | null> =>
  getItem(deps, 'Tokens', hash);

/** `spender` is the charge, forward or card that uses the token up. */
export interface Spending {
  readonly hash: string;
  readonly owner: string;
  readonly spender: string;
  /** A further condition on the item. */
  readonly also?: { readonly condition: string; readonly values: Record<string, unknown> };
}

/**
 * Spends a one-time item (V2, V4). One conditional write decides between any number of callers:
 *
 *   caller A ── spent_by absent, not expired ─► spent_by = A, all ciphertexts removed, old image → A
 *   caller B ──────────────── spent_by = A ───► condition fails → null
 *
 * Returns the item as it was: its ciphertexts now exist only in the caller's memory. Null where the condition failed.
 */
export function spend<Item extends OneTimeItem>(deps: Deps, { hash, owner, spender, also }: Spending) {
  const condition =
    'attribute_not_exists(spent_by) AND attribute_exists(cvc_ct) AND #owner = :owner AND expires_at_ms > :now';
  return change<Item>(deps, 'Tokens', hash, {
    update: 'SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard',
    condition: also === undefined ? condition : `${condition} AND ${also.condition}`,
    names: { '#owner': 'owner' },
    values: { ':spender': spender, ':now': deps.clock.nowMs(), ':owner': owner, ...also?.values },
    returns: 'ALL_OLD',
  });
}

/** Spends a token of a card; null where it could not be spent. */
export async function spendToken(
  deps: Deps,
  spending: Spending,
): Promise<{ readonly item: TokenItem; readonly pan: SealedPan; readonly cvcCt: Uint8Array } | null> {
  const item = await spend<TokenItem>(deps, spending);
  if (item?.pan_ct === undefined || item.cvc_ct === undefined) return null;
  return { item, pan: { ciphertext: item.pan_ct, keyId: item.pan_key }, cvcCt: item.cvc_ct };
}

/**
 * Why this caller cannot spend this token, or null. Where several reasons apply the first of this order is given:
 * not found, foreign, spent, expired.
 */
export function tokenRefusal(token: OneTimeItem | null, use: TokenUse): VaultError | null {
  const { owner, nowMs, param, kind = 'token' } = use;
  if (token === null) return new VaultError(`${kind}_not_found`, { param });
  if (token.owner !== owner) return new VaultError(`${kind}_foreign`, { param });
  if (token.spent_by !== undefined) return new VaultError(`${kind}_spent`, { param, spentBy: token.spent_by });
  return nowMs < token.expires_at_ms ? null : new VaultError(`${kind}_expired`, { param });
}

interface TokenUse {
  readonly owner: string;
  readonly nowMs: number;
  /** The request's field that names the token. */
  readonly param: string;
  readonly kind?: 'token' | 'cvc_token';
}

/** Hashes of the tokens in one shard that have expired and still hold ciphertext, and since when; oldest first. */
export async function dueTokens(
  deps: Deps,
  shard: number,
  limit: number,
): Promise<{ readonly id: string; readonly sinceMs: number }[]> {
  const page = await queryIndex(deps, 'Tokens', 'due', {
    partition: ['due_shard', String(shard)],
    sort: ['expires_at_ms', '<=', deps.clock.nowMs()],
    limit,
  });
  return page.keys.map((key) => ({ id: String(key.token_hash), sinceMs: Number(key.expires_at_ms) }));
}

/** Erases an expired, unspent item's ciphertexts by an explicit write, which CloudTrail records (V2; 3.2.1). */
export async function eraseToken(deps: Deps, hash: string): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const erased = await change(deps, 'Tokens', hash, {
    update: 'SET erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard',
    condition: 'attribute_exists(cvc_ct) AND expires_at_ms <= :now',
    values: { ':now': nowMs },
  });
  return erased !== null;
}

/** A token as its merchant may see it. */
export const tokenView = (id: string, item: TokenItem, nowMs: number): TokenView => ({
  object: 'token',
  id,
  status: tokenStatus(item, nowMs),
  card: cardFacts(item),
  created_at: toRfc3339(item.created_at_ms),
  expires_at: toRfc3339(item.expires_at_ms),
  spent_by: item.spent_by ?? null,
});
