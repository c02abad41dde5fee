/**
 * Charging a token or stored card. The order keeps four promises (V2, V4, V6, V8): the charge is written as `processing`,
 * the token is spent for it, which erases its ciphertexts, the card is decrypted, the processor is asked once, its response
 * is written. A charge that stops on the way is resolved later without the card (resolve.ts).
 */
import * as z from 'zod/mini';
import type { Deps } from '../../base/deps.ts';
import { VaultError } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { AMOUNT_MINOR_MAX, isCurrencyCode } from '../../base/money.ts';
import type { Terms } from '../../base/terms.ts';
import { RESOLVE_AFTER_MS } from '../../ledger/entry.ts';
import { once } from '../../ledger/once.ts';
import { failureOf, throwRecordedRefusal } from '../../ledger/refusal.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { CdeDeps } from '../../vault/cipher.ts';
import { isCvcToken } from '../../vault/cvc-tokens.ts';
import { type OpenedSource, openSource, readSource, type Source } from '../../vault/source.ts';
import { tokenHash } from '../../vault/tokens.ts';
import { storePan } from '../../vault/vault.ts';
import { type AuthorizationRequest, orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor, unlessUnavailable } from '../processors/registry.ts';
import {
  authorizationOf,
  type ChargeItem,
  type ChargeTerms,
  type ChargeView,
  chargeIdFor,
  chargeView,
  newCharge,
  outcomeOf,
} from './charge.ts';
import { claimSavedCard, resolveCharge, type SavedCard, savedCardId, savedCardOf } from './resolve.ts';
import { endCharge, noteOnCharge, readCharge } from './store.ts';

const text = (description: string) => z.string().check(z.describe(description));

const METADATA_MAX = 20;
const Metadata = z
  .record(
    z.string({ error: 'metadata_invalid' }).check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/, { error: 'metadata_invalid' })),
    z.string({ error: 'metadata_invalid' }).check(z.maxLength(500, { error: 'metadata_invalid' })),
    { error: 'metadata_invalid' },
  )
  .check(
    z.refine((object) => Object.keys(object).length <= METADATA_MAX, { error: 'metadata_invalid' }),
    z.describe(`At most ${METADATA_MAX} texts of yours, such as an order's number.`),
    z.meta({ maxProperties: METADATA_MAX }),
  );

/** Body of POST /v1/charges. `amount` in minor units of `currency`. */
export const ChargeRequest = z.strictObject({
  source: z
    .string({ error: 'source_invalid' })
    .check(z.describe('What to charge: a token, tok_…, or a stored card, card_….')),
  cvc_token: z.optional(
    text('With a stored card: the token, cvc_…, of its security code, which the shopper typed for this charge.'),
  ),
  amount: z
    .int({ error: 'amount_invalid' })
    .check(
      z.gte(1, { error: 'amount_invalid' }),
      z.lte(AMOUNT_MINOR_MAX, { error: 'amount_invalid' }),
      z.describe('In minor units of the currency: ¥100 is 100, $1.00 is 100.'),
    ),
  currency: z
    .string({ error: 'currency_unknown' })
    .check(z.refine(isCurrencyCode, { error: 'currency_unknown' }), z.describe('ISO 4217 code, such as JPY.')),
  capture: z.optional(z.boolean().check(z.describe('False to authorize only and capture later. True unless said.'))),
  save_card: z.optional(z.boolean().check(z.describe('True to store the token’s card once the charge is approved.'))),
  initiator: z.optional(
    z
      .enum(['customer', 'merchant'])
      .check(
        z.describe(
          'Merchant: you start this payment of a stored card by agreement, without the shopper. Customer unless said.',
        ),
      ),
  ),
  initial_charge: z.optional(
    text(
      'With initiator merchant: the charge of this card with which the shopper agreed. Needed only where the card was not saved by a charge.',
    ),
  ),
  description: z.optional(z.string().check(z.maxLength(500), z.describe('For your own records.'))),
  metadata: z.optional(Metadata),
  processor: z.optional(text('Which of the merchant’s processors; its default unless said. Test keys have simulator.')),
});

/**
 * Charges once per idempotency key. Returns the charge in any status; `processing` means that the outcome is not known
 * yet. Throws the refusal of the source (`token_spent`, `card_locked` …), which is recorded under the same key so that
 * a repeated request gets it again, or `idempotency_conflict`.
 */
export async function createCharge(
  cde: CdeDeps,
  caller: Caller,
  request: z.infer<typeof ChargeRequest>,
  idempotencyKey: string,
): Promise<ChargeView> {
  const terms = termsOf(request);
  const id = chargeIdFor(caller.owner, idempotencyKey);
  const found = await once<AskedTerms, ChargeItem, Means>(cde, { id, fields: CHARGE_TERMS, terms }, async () => {
    const processor = await processorFor(cde, caller, request.processor);
    const { sentTo } = processor;
    const charge = newCharge(cde, caller, { ...terms, processor: processor.name }, id);
    const entry = sentTo ? { ...charge, sent_to: sentTo } : charge;
    const initialTransactionId = await readInitial(cde, caller, entry);
    const source = readSource(cde, caller, request.source);
    return { entry, caller, processor, source, cvcToken: request.cvc_token, initialTransactionId };
  });
  return viewOrRefusal(await ('first' in found ? carryOut(cde, found.first) : resolvedByNow(cde, found.repeated)));
}

/** Without the processor that was chosen: which one a request without a name gets may change with the merchant's record. */
type AskedTerms = Omit<ChargeTerms, 'processor'>;

/** The terms of the charge; throws the refusal of the first field that no charge could have. */
function termsOf(request: z.infer<typeof ChargeRequest>): AskedTerms {
  const { source } = request;
  const isToken = isId('tok', source);
  const isByMerchant = request.initiator === 'merchant';
  if (!isToken && !isId('card', source)) throw new VaultError('source_invalid', { param: 'source' });
  if (!isToken && request.save_card) throw new VaultError('invalid_field', { param: 'save_card' });
  // The shopper has typed this card just now, for this payment.
  if (isToken && isByMerchant) throw new VaultError('invalid_field', { param: 'initiator' });
  // A token comes with its code, and a merchant alone has no code.
  if (request.cvc_token !== undefined && (isToken || isByMerchant || !isCvcToken(request.cvc_token))) {
    throw new VaultError('invalid_field', { param: 'cvc_token' });
  }
  if (request.initial_charge !== undefined && (!isByMerchant || !isId('ch', request.initial_charge))) {
    throw new VaultError('invalid_field', { param: 'initial_charge' });
  }
  return {
    source_type: isToken ? 'token' : 'card',
    source_record: isToken ? tokenHash(source) : source,
    ...(request.cvc_token !== undefined && { cvc_record: tokenHash(request.cvc_token) }),
    amount_minor: request.amount,
    currency: request.currency.toUpperCase(),
    capture: request.capture ?? true,
    save_card: request.save_card ?? false,
    ...(request.processor !== undefined && { asked_processor: request.processor }),
    ...(isByMerchant && { initiator: 'merchant' }),
    ...(request.initial_charge !== undefined && { initial_charge: request.initial_charge }),
    ...(request.description !== undefined && { description: request.description }),
    ...(request.metadata !== undefined && { metadata: request.metadata }),
  };
}

/** Request field → the term it became, for naming the one that differs. */
const CHARGE_TERMS = {
  source: 'source_record',
  cvc_token: 'cvc_record',
  amount: 'amount_minor',
  currency: 'currency',
  capture: 'capture',
  save_card: 'save_card',
  processor: 'asked_processor',
  initiator: 'initiator',
  initial_charge: 'initial_charge',
  description: 'description',
  metadata: 'metadata',
} as const satisfies Terms<AskedTerms>;

/**
 * The network's id of the payment with which the shopper agreed to the keeping of the card, from the charge that
 * `initial_charge` names; undefined where the request names none or the charge has no such id. Throws `charge_not_found`,
 * also for another merchant's charge (V10), and `invalid_field` for a charge of another card.
 */
async function readInitial(deps: Deps, caller: Caller, charge: ChargeItem): Promise<string | undefined> {
  if (charge.initial_charge === undefined) return undefined;
  const initial = await readCharge(deps, charge.initial_charge);
  const param = 'initial_charge';
  if (initial === null || initial.owner !== caller.owner) throw new VaultError('charge_not_found', { param });
  const isOfThisCard = initial.source_record === charge.source_record || initial.saved_card === charge.source_record;
  if (!isOfThisCard) throw new VaultError('invalid_field', { param });
  return initial.network_transaction_id;
}

/** What a charge is carried out with. */
interface Means {
  readonly entry: ChargeItem;
  readonly caller: Caller;
  readonly processor: Processor;
  readonly source: Promise<Source>;
  readonly cvcToken: string | undefined;
  readonly initialTransactionId: string | undefined;
}

async function carryOut(cde: CdeDeps, means: Means): Promise<ChargeItem> {
  const { entry: charge, caller, processor, source, cvcToken } = means;
  const opened = await source
    .then((readable) => openSource(cde, { caller, spender: charge.entry_id, cvcToken }, readable))
    .catch((error: unknown) => giveUp(cde, charge, error));
  if (!('clear' in opened)) return opened;
  const { clear, facts, decryptions, token } = opened;
  const initial = means.initialTransactionId ?? opened.initialTransactionId;
  const response = await orUnknown(processor.authorize(requestOf(charge, initial), clear));
  const known = { card: facts, decryptions };
  if (response.outcome === 'unknown') return (await noteOnCharge(cde, charge.entry_id, known)) ?? reread(cde, charge);
  const outcome = outcomeOf(charge, response);
  const saved = outcome.status === 'declined' ? {} : await saveCard(cde, caller, { ...charge, ...outcome }, token);
  const ended = await endCharge(cde, charge.entry_id, { ...known, ...saved, ...outcome });
  return ended ?? reread(cde, charge);
}

/** Networks want the id of the initial payment with every later one that the merchant starts, and only with these. */
const requestOf = (charge: ChargeItem, initialTransactionId: string | undefined): AuthorizationRequest => ({
  ...authorizationOf(charge),
  ...(charge.initiator === 'merchant' && initialTransactionId !== undefined && { initialTransactionId }),
});

/** Stores the card of an approved charge with `save_card`. A failed store leaves the charge without a saved card. */
async function saveCard(
  deps: Deps,
  caller: Caller,
  charge: ChargeItem,
  token: OpenedSource['token'],
): Promise<SavedCard> {
  if (!charge.save_card || token === undefined) return {};
  const { network_transaction_id } = charge;
  const item = { ...token.item, ...(network_transaction_id !== undefined && { network_transaction_id }) };
  const stored = storePan(deps, caller, { item, pan: token.pan }, savedCardId(charge));
  return stored.then(savedCardOf, () => claimSavedCard(deps, charge));
}

/** Nothing was sent to the processor: the charge fails for good. */
async function giveUp(deps: Deps, charge: ChargeItem, error: unknown): Promise<ChargeItem> {
  return (await endCharge(deps, charge.entry_id, failureOf(error))) ?? reread(deps, charge);
}

/**
 * The charge of an earlier request with the same key, resolved once it is too old to be still on its way, and never sent
 * again (V8). It stays as it is while its processor cannot be asked.
 */
async function resolvedByNow(deps: Deps, existing: ChargeItem): Promise<ChargeItem> {
  const isStale = deps.clock.nowMs() - existing.created_at_ms >= RESOLVE_AFTER_MS;
  if (existing.status !== 'processing' || !isStale) return existing;
  return unlessUnavailable(resolveCharge(deps, existing), existing);
}

async function reread(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  return (await readCharge(deps, charge.entry_id)) ?? charge;
}

/** The charge as its record says, the same for the first request and its repeats (V6); throws a refusal of its source. */
function viewOrRefusal(charge: ChargeItem): ChargeView {
  // Only the refusals of a code token begin so; every other one is the source's.
  const param = charge.failure_code?.startsWith('cvc_') ? 'cvc_token' : 'source';
  throwRecordedRefusal(charge, { param, charge: charge.entry_id });
  return chargeView(charge);
}
