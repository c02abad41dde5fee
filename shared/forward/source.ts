/** The card behind a forward: read beside the writing of its record, then spent and opened as for a charge (V2, V4). */
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Cvc } from '../card/cvc.ts';
import type { Expiry } from '../card/expiry.ts';
import type { Pan } from '../card/pan.ts';
import type { Reveal } from '../charges/charge.ts';
import type { Caller } from '../merchants/merchant.ts';
import { availableCard, readCardItem } from '../vault/cards.ts';
import { type CdeDeps, type Opened, openCvc, openPan } from '../vault/cipher.ts';
import { readToken, spendToken, type TokenItem, tokenHash, tokenRefusal } from '../vault/tokens.ts';

export type Source =
  | { readonly type: 'token'; readonly token: string; readonly item: TokenItem }
  | { readonly type: 'card'; readonly id: string; readonly expiry: Expiry; readonly panCt: Uint8Array };

export interface OpenedCard {
  readonly pan: Pan;
  /** Absent for a stored card. */
  readonly cvc?: Cvc;
  readonly expiry: Expiry;
  readonly reveals: readonly Reveal[];
}

/** Throws why the caller cannot use it: the refusals of tokens and cards. */
export async function readSource(deps: Deps, caller: Caller, source: string): Promise<Source> {
  if (isId('tok', source)) {
    const item = await readToken(deps, tokenHash(source));
    const refusal = tokenRefusal(item, caller.owner, deps.clock.nowMs(), 'source');
    if (refusal !== null || item === null) throw refusal ?? new VaultError('token_not_found', { param: 'source' });
    return { type: 'token', token: source, item };
  }
  const card = availableCard(await readCardItem(deps, source), caller.owner, 'source');
  if (card.status === 'locked') throw new VaultError('card_locked', { param: 'source' });
  if (card.pan_ct === undefined) throw new VaultError('card_deleted', { param: 'source' });
  return { type: 'card', id: source, expiry: expiryOf(card), panCt: card.pan_ct };
}

const expiryOf = (item: { readonly exp_month: number; readonly exp_year: number }): Expiry => ({
  month: item.exp_month,
  year: item.exp_year,
});

/** Spends a token for `spender`, then decrypts: from the spend on, the card exists only in this call's memory (V2). */
export async function openSource(cde: CdeDeps, caller: Caller, spender: string, source: Source): Promise<OpenedCard> {
  const record = source.type === 'token' ? source.item.token_hash : source.id;
  const place = { merchant: caller.merchantId, record };
  const atMs = cde.clock.nowMs();
  if (source.type === 'card') {
    const pan = await openPan(cde, source.panCt, place);
    return { pan: pan.value, expiry: source.expiry, reveals: [revealOf('PanKey', pan, atMs)] };
  }
  const spent = await spendToken(cde, record, caller.owner, spender);
  if (spent === null) throw await lostToken(cde, caller, record, spender);
  const { item, panCt, cvcCt } = spent;
  const [pan, cvc] = await Promise.all([
    openPan(cde, panCt, place),
    openCvc(cde, cvcCt, place, source.token, item.brand === 'amex' ? 4 : 3),
  ]);
  const reveals = [revealOf('PanKey', pan, atMs), revealOf('CvcKey', cvc, atMs)];
  return { pan: pan.value, cvc: cvc.value, expiry: expiryOf(item), reveals };
}

const revealOf = (key: Reveal['key'], { requestId, attempts }: Opened<unknown>, atMs: number): Reveal => ({
  key,
  request_id: requestId,
  at_ms: atMs,
  attempts,
});

/** Another request was faster, or it expired in between; or we spent it ourselves and the answer was lost. */
async function lostToken(deps: Deps, caller: Caller, record: string, spender: string): Promise<Error> {
  const item = await readToken(deps, record);
  if (item?.spent_by === spender) return new Error('the answer that held the card was lost');
  return tokenRefusal(item, caller.owner, deps.clock.nowMs(), 'source') ?? new Error('the token could not be spent');
}
