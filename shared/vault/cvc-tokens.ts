/**
 * Code tokens: the security code of a stored card, typed again by the shopper, for one charge of that card. The code is
 * encrypted and erased as that of a card token: by the write that spends it, before the processor is asked, or by the
 * sweep (V2, V4, V11, V13). The token holds no card id; the charge names the card.
 */
import * as z from 'zod/mini';
import { toRfc3339 } from '../base/clock.ts';
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import { derivedId, isId } from '../base/ids.ts';
import { Cvc } from '../card/cvc.ts';
import { CardFault } from '../card/fault.ts';
import type { Brand } from '../card/networks.ts';
import { normalizeDigits } from '../card/number.ts';
import type { Caller } from '../merchants/merchant.ts';
import { ProofInput } from '../risk/proof.ts';
import { cvcLengthOf } from './card-facts.ts';
import { type CipherPlace, type SealedCvc, sealCvc } from './cipher.ts';
import type { Sender } from './create-token.ts';
import type { CaptureKeyRing } from './intake/capture-keys.ts';
import { type Encrypted, openEncryptedCvc } from './intake/encrypted-card.ts';
import type { CvcTokenView } from './responses.ts';
import { type OneTimeItem, putToken, readToken, spend, tokenHash, tokenRefusal, tokenStatus } from './tokens.ts';

interface CvcTokenItem extends OneTimeItem {
  /** Digits of the code, so that a charge of another brand's card refuses it without spending it. */
  readonly cvc_length: 3 | 4;
}

/** A shopper types the code for a payment that follows at once. Shorter where the merchant's tokens live shorter. */
const TTL_MINUTES_MAX = 10;

/** Body of POST /v1/cvc_tokens. */
export const CvcTokenRequest = z.strictObject({
  encrypted_cvc: z
    .string()
    .check(z.describe('A compact JWE of the security code, as docs/reference/encrypted-card.md says.')),
  proof: z.optional(ProofInput),
});

/** Makes a one-time token of a security code. Throws as `createToken` does. */
export const createCvcToken = (
  deps: Deps,
  ring: CaptureKeyRing,
  sender: Sender,
  request: z.infer<typeof CvcTokenRequest>,
): Promise<CvcTokenView> => sender.attempt.countsWith(makeCvcToken(deps, ring, sender, request));

async function makeCvcToken(
  deps: Deps,
  ring: CaptureKeyRing,
  { caller, merchant, attempt }: Sender,
  { encrypted_cvc: compact, proof }: z.infer<typeof CvcTokenRequest>,
): Promise<CvcTokenView> {
  const nowMs = deps.clock.nowMs();
  const admitted = () => attempt.admitted(merchant, { jwe: compact, proof });
  const reading = readRequest(deps, ring, { compact, publishableKey: caller.apiKey });
  const { cvc, length, jti } = await attempt.reads(reading, admitted);
  attempt.bringsCode();
  const token = derivedId('cvc', caller.owner, jti);
  const hash = tokenHash(token);
  const [cvcCt, { token_ttl_minutes: ttlMinutes }] = await Promise.all([
    sealCvc(deps, cvc, { merchant: caller.merchantId, record: hash }, token),
    merchant,
    admitted(),
  ]);
  const item = {
    token_hash: hash,
    owner: caller.owner,
    created_at_ms: nowMs,
    expires_at_ms: nowMs + Math.min(ttlMinutes, TTL_MINUTES_MAX) * 60_000,
    cvc_length: length,
    cvc_ct: cvcCt,
  };
  if (!(await putToken<CvcTokenItem>(deps, item))) throw new VaultError('token_replayed', { param: 'encrypted_cvc' });
  return {
    object: 'cvc_token',
    id: token,
    status: tokenStatus(item, nowMs),
    created_at: toRfc3339(item.created_at_ms),
    expires_at: toRfc3339(item.expires_at_ms),
  };
}

async function readRequest(deps: Deps, ring: CaptureKeyRing, from: Encrypted) {
  const { cvc, jti } = await openEncryptedCvc(deps.clock, ring, from);
  return { ...readCvc(cvc), jti };
}

/** Accepts three or four digits, because the card and its brand are not known yet. */
function readCvc(text: string): { cvc: Cvc; length: 3 | 4 } {
  const length = normalizeDigits(text).length === 4 ? 4 : 3;
  try {
    return { cvc: Cvc.parse(text, length), length };
  } catch (error) {
    if (error instanceof CardFault) throw new VaultError(error.code, { param: 'encrypted_cvc.cvc' });
    throw error;
  }
}

/** Whether a text has the form of a code token. */
export const isCvcToken = (text: string): boolean => isId('cvc', text);

export interface SpentCvc extends SealedCvc {
  readonly token: string;
  readonly place: CipherPlace;
}

/**
 * Spends a code token for a charge of a card of this brand. Throws the `cvc_token_…` refusals, or `cvc_invalid` where
 * the brand's codes have another length, which leaves the token unspent.
 */
export async function spendCvcToken(
  deps: Deps,
  caller: Caller,
  use: { readonly token: string; readonly brand: Brand; readonly spender: string },
): Promise<SpentCvc> {
  const { token, brand, spender } = use;
  const [hash, length] = [tokenHash(token), cvcLengthOf(brand)];
  const item = await spend<CvcTokenItem>(deps, {
    hash,
    owner: caller.owner,
    spender,
    also: { condition: 'cvc_length = :length', values: { ':length': length } },
  });
  if (item?.cvc_ct === undefined) throw await whyNot(deps, caller, hash, spender);
  return { token, place: { merchant: caller.merchantId, record: hash }, length, ciphertext: item.cvc_ct };
}

/** An earlier try of the same spend may have succeeded and lost its response, and with it the ciphertext. */
async function whyNot(deps: Deps, caller: Caller, hash: string, spender: string): Promise<Error> {
  const param = 'cvc_token';
  const item = await readToken<CvcTokenItem>(deps, hash);
  if (item?.spent_by === spender) return new Error('the response that held the code was lost');
  return (
    tokenRefusal(item, { owner: caller.owner, nowMs: deps.clock.nowMs(), param, kind: 'cvc_token' }) ??
    new VaultError('cvc_invalid', { param })
  );
}
