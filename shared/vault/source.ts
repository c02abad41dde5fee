/**
 * Turns a token or stored card back into a card in clear, for a charge or a forward; nothing else does. The source is
 * read while the entry of that use is written, then spent for it and decrypted (V2, V4, V5).
 */
import type { Deps } from '../base/deps.ts';
import { needs, VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Cvc } from '../card/cvc.ts';
import type { Expiry } from '../card/expiry.ts';
import type { Pan } from '../card/pan.ts';
import type { Decryption } from '../ledger/entry.ts';
import type { Caller } from '../merchants/merchant.ts';
import { type CardFacts, cardFacts, cvcLengthOf } from './card-facts.ts';
import { availableCard, readCardItem, sealedPanOf } from './cards.ts';
import { type CdeDeps, type Opened, openCvc, openPan, type SealedPan } from './cipher.ts';
import { spendCvcToken } from './cvc-tokens.ts';
import { readToken, spendToken, type TokenItem, tokenHash, tokenRefusal } from './tokens.ts';

export type Source =
  | { readonly type: 'token'; readonly token: string; readonly item: TokenItem }
  | {
      readonly type: 'card';
      readonly id: string;
      readonly facts: CardFacts;
      readonly pan: SealedPan;
      readonly initialTransactionId: string | undefined;
    };

/** What of a card can be opened. */
export type Part = 'number' | 'cvc';
const BOTH: ReadonlySet<Part> = new Set<Part>(['number', 'cvc']);

export interface OpenedSource extends OpenedParts {
  readonly clear: OpenedParts['clear'] & { readonly pan: Pan };
}

export interface OpenedParts {
  readonly clear: {
    /** Absent where it was not asked for. */
    readonly pan?: Pan;
    /** Absent where it was not asked for, and for a stored card without a code token. */
    readonly cvc?: Cvc;
    readonly expiry: Expiry;
  };
  readonly facts: CardFacts;
  readonly decryptions: readonly Decryption[];
  /** The spent token with its PAN ciphertext, for saving the card. */
  readonly token?: { readonly item: TokenItem; readonly pan: SealedPan };
  /** The network's id of the payment that saved this stored card. */
  readonly initialTransactionId?: string | undefined;
}

/** Throws the refusals of tokens and cards. */
export async function readSource(deps: Deps, caller: Caller, source: string): Promise<Source> {
  if (isId('tok', source)) {
    const item = await readToken(deps, tokenHash(source));
    const refusal = tokenRefusal(item, { owner: caller.owner, nowMs: deps.clock.nowMs(), param: 'source' });
    if (refusal !== null || item === null) throw refusal ?? new VaultError('token_not_found', { param: 'source' });
    return { type: 'token', token: source, item };
  }
  const card = availableCard(await readCardItem(deps, source), caller.owner, 'source');
  if (card.status === 'locked') throw new VaultError('card_locked', { param: 'source' });
  const pan = sealedPanOf(card);
  if (pan === null) throw new VaultError('card_deleted', { param: 'source' });
  return {
    type: 'card',
    id: source,
    facts: cardFacts(card),
    pan,
    initialTransactionId: card.network_transaction_id,
  };
}

const expiryOf = ({ exp_month: month, exp_year: year }: CardFacts): Expiry => ({ month, year });

/** The use that a card is decrypted for. */
export interface Use {
  readonly caller: Caller;
  /** The charge or forward. */
  readonly spender: string;
  /** The live code token, where the shopper typed the code of a stored card again. */
  readonly cvcToken?: string | undefined;
}

/** Spends what is one-time, then decrypts: from the spend on, what was spent exists only in this call's memory (V2). */
export async function openSource(cde: CdeDeps, use: Use, source: Source): Promise<OpenedSource> {
  const opened = await openParts(cde, use, source, BOTH);
  const { pan } = opened.clear;
  needs(pan, 'a number that is asked for is opened');
  return { ...opened, clear: { ...opened.clear, pan } };
}

/** The same, for what is asked for alone: a part that was spent and not asked for is gone unopened. */
export const openParts = (cde: CdeDeps, use: Use, source: Source, parts: ReadonlySet<Part>): Promise<OpenedParts> =>
  source.type === 'card' ? openCard(cde, use, source, parts) : openToken(cde, use, source, parts);

async function openCard(
  cde: CdeDeps,
  { caller, spender, cvcToken }: Use,
  { id, facts, pan: sealed, initialTransactionId }: Extract<Source, { type: 'card' }>,
  parts: ReadonlySet<Part>,
): Promise<OpenedParts> {
  const code = cvcToken === undefined ? null : { token: cvcToken, brand: facts.brand, spender };
  const spent = code && (await spendCvcToken(cde, caller, code));
  const atMs = cde.clock.nowMs();
  const [pan, cvc] = await Promise.all([
    parts.has('number') ? openPan(cde, sealed, { merchant: caller.merchantId, record: id }) : null,
    spent && openCvc(cde, spent, spent.place, spent.token),
  ]);
  return {
    clear: clearOf(facts, pan, cvc),
    facts,
    decryptions: decryptionsOf(pan, cvc, atMs),
    initialTransactionId,
  };
}

async function openToken(
  cde: CdeDeps,
  { caller, spender }: Use,
  { token, item: { token_hash: hash } }: Extract<Source, { type: 'token' }>,
  parts: ReadonlySet<Part>,
): Promise<OpenedParts> {
  const place = { merchant: caller.merchantId, record: hash };
  const atMs = cde.clock.nowMs();
  const spent = await spendToken(cde, { hash, owner: caller.owner, spender });
  if (spent === null) throw await lostToken(cde, caller, hash, spender);
  const { item, cvcCt } = spent;
  const [pan, cvc] = await Promise.all([
    parts.has('number') ? openPan(cde, spent.pan, place) : null,
    parts.has('cvc') ? openCvc(cde, { ciphertext: cvcCt, length: cvcLengthOf(item.brand) }, place, token) : null,
  ]);
  return {
    clear: clearOf(cardFacts(item), pan, cvc),
    facts: cardFacts(item),
    decryptions: decryptionsOf(pan, cvc, atMs),
    token: { item, pan: spent.pan },
  };
}

const clearOf = (facts: CardFacts, pan: Opened<Pan> | null, cvc: Opened<Cvc> | null): OpenedParts['clear'] => ({
  expiry: expiryOf(facts),
  ...(pan && { pan: pan.value }),
  ...(cvc && { cvc: cvc.value }),
});

const decryptionsOf = (pan: Opened<Pan> | null, cvc: Opened<Cvc> | null, atMs: number): Decryption[] => [
  ...(pan ? [decryptionOf('PanKey', pan, atMs)] : []),
  ...(cvc ? [decryptionOf('CvcKey', cvc, atMs)] : []),
];

const decryptionOf = (key: Decryption['key'], { requestId, tries }: Opened<unknown>, atMs: number): Decryption => ({
  key,
  request_id: requestId,
  at_ms: atMs,
  tries,
});

/**
 * The token expired or another request spent it between the read and the spend. Or the spend of this call succeeded but
 * lost its response, and with it the ciphertexts; the SDK's retry then found the token spent.
 */
async function lostToken(deps: Deps, caller: Caller, record: string, spender: string): Promise<Error> {
  const item = await readToken(deps, record);
  if (item?.spent_by === spender) return new Error('the response that held the card was lost');
  const use = { owner: caller.owner, nowMs: deps.clock.nowMs(), param: 'source' };
  return tokenRefusal(item, use) ?? new Error('the token could not be spent');
}
