/**
 * Charging by token or stored card. The order is the promise (V2, V4, V6, V8): the charge is written as `processing`,
 * the token is spent for it, which erases both ciphertexts, the card is decrypted, the processor is asked once, the
 * answer is written. A charge that stops anywhere on this way is settled later without the card, by asking the
 * processor what became of the charge id.
 */
import * as z from 'zod/mini';
import type { Deps } from '../base/deps.ts';
import { ERRORS, type ErrorCode, VaultError } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { AMOUNT_MINOR_MAX, currencyExponent } from '../base/money.ts';
import { differingField } from '../base/terms.ts';
import { SETTLE_AFTER_MS } from '../ledger/entry.ts';
import { putEntry } from '../ledger/ledger.ts';
import type { Caller } from '../merchants/merchant.ts';
import { orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import type { CdeDeps } from '../vault/cipher.ts';
import { openSource, readSource, type Source } from '../vault/source.ts';
import { tokenHash } from '../vault/tokens.ts';
import { newCharge } from './begin.ts';
import { type ChargeItem, type ChargeTerms, type ChargeView, chargeView } from './charge.ts';
import { initialOf, readInitial } from './initial.ts';
import { noteOnCharge, readCharge, settleCharge } from './ledger.ts';
import { authorizationOf, outcomeOf } from './outcome.ts';
import { saveCard } from './saved-card.ts';
import { settleFromProcessor } from './settle.ts';

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
  amount: z
    .int({ error: 'amount_invalid' })
    .check(
      z.gte(1, { error: 'amount_invalid' }),
      z.lte(AMOUNT_MINOR_MAX, { error: 'amount_invalid' }),
      z.describe('In minor units of the currency: ¥100 is 100, $1.00 is 100.'),
    ),
  currency: z.string({ error: 'currency_unknown' }).check(
    z.refine((code) => currencyExponent(code.toUpperCase()) !== null, { error: 'currency_unknown' }),
    z.describe('ISO 4217 code, such as JPY.'),
  ),
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
    z
      .string()
      .check(
        z.describe(
          'With initiator merchant: the charge of this card with which the shopper agreed. Needed only where the card was not saved by a charge.',
        ),
      ),
  ),
  description: z.optional(z.string().check(z.maxLength(500), z.describe('For your own records.'))),
  metadata: z.optional(Metadata),
  processor: z.optional(
    z
      .string()
      .check(z.describe('Which of the merchant’s processors; its default unless said. Test keys have simulator.')),
  ),
});

/**
 * Charges once per idempotency key. Answers with the charge, whatever its status: `processing` means that the outcome
 * is not known yet. Throws the refusal of the source (`token_spent`, `card_locked` …), recorded under the same key so
 * that a repeat gets the same answer, or `idempotency_conflict`.
 */
export async function createCharge(
  cde: CdeDeps,
  caller: Caller,
  request: z.infer<typeof ChargeRequest>,
  idempotencyKey: string,
): Promise<ChargeView> {
  const processor = await processorFor(cde, caller, request.processor);
  const charge = newCharge(cde, caller, readTerms(request, processor), idempotencyKey);
  const initialId = await readInitial(cde, caller, charge);
  const source = readSource(cde, caller, request.source);
  const [isNew] = await Promise.all([putEntry(cde, charge), source.catch(() => null)]);
  if (!isNew) {
    const existing = await readCharge(cde, charge.charge_id);
    if (existing?.attempt !== charge.attempt) return repeatedCharge(cde, existing, charge);
  }
  return answerFor(await carryOut(cde, caller, charge, source, { processor, initialId }));
}

/** The charge as its record says, however often it is asked for (V6): a refusal of its source is thrown again. */
function answerFor(charge: ChargeItem): ChargeView {
  const { status, failure_code: code, failure_spent_by: spentBy } = charge;
  if (status !== 'failed' || code === undefined || !(code in ERRORS)) return chargeView(charge);
  const detail = { param: 'source', charge: charge.charge_id, ...(spentBy !== undefined && { spentBy }) };
  throw new VaultError(code as ErrorCode, detail);
}

async function carryOut(
  cde: CdeDeps,
  caller: Caller,
  charge: ChargeItem,
  source: Promise<Source>,
  { processor, initialId }: { readonly processor: Processor; readonly initialId: string | undefined },
): Promise<ChargeItem> {
  const opened = await source
    .then((found) => openSource(cde, caller, charge.charge_id, found))
    .catch((error: unknown) => giveUp(cde, charge, error));
  if (!('clear' in opened)) return opened;
  const { clear, facts, reveals } = opened;
  const request = { ...authorizationOf(charge), ...initialOf(charge, initialId ?? opened.initialTransactionId) };
  const answer = await orUnknown(processor.authorize(request, clear));
  const known = { card: facts, reveals };
  if (answer.outcome === 'unknown') return (await noteOnCharge(cde, charge.charge_id, known)) ?? reread(cde, charge);
  const saved = answer.outcome === 'approved' ? await saveCard(cde, caller, charge, opened, answer) : {};
  const settled = await settleCharge(cde, charge.charge_id, { ...known, ...saved, ...outcomeOf(charge, answer) });
  return settled ?? reread(cde, charge);
}

function readTerms(request: z.infer<typeof ChargeRequest>, processor: Processor): ChargeTerms {
  const { source } = request;
  const isToken = isId('tok', source);
  if (!isToken && !isId('card', source)) throw new VaultError('source_invalid', { param: 'source' });
  if (!isToken && request.save_card) throw new VaultError('invalid_field', { param: 'save_card' });
  const initiator = request.initiator ?? 'customer';
  // The shopper has typed this card just now, for this payment.
  if (isToken && initiator === 'merchant') throw new VaultError('invalid_field', { param: 'initiator' });
  if (request.initial_charge !== undefined && (initiator === 'customer' || !isId('ch', request.initial_charge))) {
    throw new VaultError('invalid_field', { param: 'initial_charge' });
  }
  return {
    source_type: isToken ? 'token' : 'card',
    source_record: isToken ? tokenHash(source) : source,
    amount_minor: request.amount,
    currency: request.currency.toUpperCase(),
    capture: request.capture ?? true,
    save_card: request.save_card ?? false,
    processor: processor.name,
    ...(initiator === 'merchant' && { initiator }),
    ...(request.initial_charge !== undefined && { initial_charge: request.initial_charge }),
    ...(request.description !== undefined && { description: request.description }),
    ...(request.metadata !== undefined && { metadata: request.metadata }),
  };
}

/** Nothing was sent to the processor: the charge fails for good, with the refusal of its source if that is why. */
async function giveUp(deps: Deps, charge: ChargeItem, error: unknown): Promise<ChargeItem> {
  const refusal = error instanceof VaultError ? error : null;
  const failed = await settleCharge(deps, charge.charge_id, {
    status: 'failed',
    failure_code: refusal?.code ?? 'interrupted',
    ...unansweredAttempts(error),
    ...(refusal?.detail.spentBy !== undefined && { failure_spent_by: refusal.detail.spentBy }),
  });
  return failed ?? reread(deps, charge);
}

/** How often the SDK asked before it gave up, from the error it gave up with. */
function unansweredAttempts(error: unknown): Pick<ChargeItem, 'unanswered_attempts'> {
  const { attempts } = (error as { $metadata?: { attempts?: number } }).$metadata ?? {};
  return attempts === undefined ? {} : { unanswered_attempts: attempts };
}

/**
 * The idempotency key was used before (V6). The same request gets the same answer; an unsettled one is settled once it
 * is too old to be still on its way, and is never sent again (V8).
 */
async function repeatedCharge(deps: Deps, existing: ChargeItem | null, wanted: ChargeItem): Promise<ChargeView> {
  if (existing === null) throw new VaultError('busy');
  const differs = differingField(TERMS, existing, wanted);
  if (differs !== null) throw new VaultError('idempotency_conflict', { param: differs, charge: existing.charge_id });
  const isStale = deps.clock.nowMs() - existing.created_at_ms >= SETTLE_AFTER_MS;
  const now = existing.status === 'processing' && isStale ? await settleFromProcessor(deps, existing) : existing;
  return answerFor(now);
}

/** Request field → the term it became, for naming the one that differs. */
const TERMS = {
  source: 'source_record',
  amount: 'amount_minor',
  currency: 'currency',
  capture: 'capture',
  save_card: 'save_card',
  processor: 'processor',
  initiator: 'initiator',
  initial_charge: 'initial_charge',
  description: 'description',
  metadata: 'metadata',
} as const satisfies Record<string, keyof ChargeTerms>;

async function reread(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  return (await readCharge(deps, charge.charge_id)) ?? charge;
}
