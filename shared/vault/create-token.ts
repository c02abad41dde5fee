/** Makes a token of a card; the only verb that takes a card. source.ts turns a token back into a card. */
import * as z from 'zod/mini';
import type { Deps } from '../base/deps.ts';
import { VaultError } from '../base/errors.ts';
import type { Caller, Merchant } from '../merchants/merchant.ts';
import type { Attempt } from '../risk/attempts.ts';
import { ProofInput } from '../risk/proof.ts';
import { sealCvc, sealPan } from './cipher.ts';
import { fingerprintOf } from './fingerprint.ts';
import type { CaptureKeyRing } from './intake/capture-keys.ts';
import { CardInput, type ParsedCard, readCard } from './intake/card-input.ts';
import { openEncryptedCard } from './intake/encrypted-card.ts';
import type { TokenView } from './responses.ts';
import { putToken, tokenFor, tokenHash, tokenView } from './tokens.ts';

/** Body of POST /v1/tokens: one of the two. */
export const TokenRequest = z
  .strictObject({
    encrypted_card: z.optional(
      z.string().check(z.describe('A compact JWE of the card, as docs/reference/encrypted-card.md says.')),
    ),
    card: z.optional(CardInput).check(z.describe('The card in clear instead, for callers that may see card numbers.')),
    proof: z.optional(ProofInput),
  })
  // Describes the rule for the API's description. The code below enforces it, with a separate code for each fault.
  .check(z.meta({ oneOf: [{ required: ['encrypted_card'] }, { required: ['card'] }] }));

/** Where a card or code comes from. */
export interface Sender {
  readonly caller: Caller & { readonly apiKey: string };
  /** May still be read while KMS encrypts. */
  readonly merchant: Merchant | Promise<Merchant>;
  readonly attempt: Attempt;
}

/**
 * Makes a one-time token of a card, encrypted in the browser or plain. KMS encrypts PAN and CVC and computes the
 * fingerprint in parallel, while the merchant is read and the attempt is counted; then one put decides (V2, V4, V11).
 * Throws the refusal of the first bad field, the `jwe_…` refusals, `too_many_attempts`, `proof_required`, or
 * `token_replayed`.
 */
export const createToken = (
  deps: Deps,
  ring: CaptureKeyRing,
  sender: Sender,
  request: z.infer<typeof TokenRequest>,
): Promise<TokenView> => sender.attempt.countsWith(makeToken(deps, ring, sender, request));

async function makeToken(
  deps: Deps,
  ring: CaptureKeyRing,
  { caller, merchant, attempt }: Sender,
  request: z.infer<typeof TokenRequest>,
): Promise<TokenView> {
  const nowMs = deps.clock.nowMs();
  const admitted = () => attempt.admitted(merchant, { jwe: request.encrypted_card, proof: request.proof });
  const { card, jti } = await attempt.reads(readRequest(deps, ring, caller, request), admitted);
  attempt.bringsCard(card.pan.bin);
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

async function readRequest(
  deps: Deps,
  ring: CaptureKeyRing,
  caller: Sender['caller'],
  request: z.infer<typeof TokenRequest>,
): Promise<{ card: ParsedCard; jti: string }> {
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
