/**
 * Charging by token or stored card. The order is the promise (V2, V4, V6, V8): the charge is written as `processing`,
 * the token is spent for it, which erases its ciphertexts, the card is decrypted, the processor is asked once, the
 * answer is written. A charge that stops anywhere on this way is resolved later without the card, by asking the
 * processor what became of the charge id.
 */
import type * as z from 'zod/mini';
import type { Deps } from '../../base/deps.ts';
import { ERRORS, type ErrorCode, VaultError } from '../../base/errors.ts';
import { differingField } from '../../base/terms.ts';
import { RESOLVE_AFTER_MS } from '../../ledger/entry.ts';
import { putEntry } from '../../ledger/ledger.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { CdeDeps } from '../../vault/cipher.ts';
import { openSource, readSource, type Source } from '../../vault/source.ts';
import { orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import { newCharge } from './begin.ts';
import { type ChargeItem, type ChargeView, chargeView } from './charge.ts';
import { initialOf, readInitial } from './initial.ts';
import { endCharge, noteOnCharge, readCharge } from './ledger.ts';
import { authorizationOf, outcomeOf } from './outcome.ts';
import { saveCard } from './saved-card.ts';
import { resolveCharge } from './settle.ts';
import { CHARGE_TERMS, type ChargeRequest, readTerms } from './terms.ts';

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
  const charge = newCharge(cde, caller, readTerms(request, processor.name), idempotencyKey);
  const initialId = await readInitial(cde, caller, charge);
  const source = readSource(cde, caller, request.source);
  const [isNew] = await Promise.all([putEntry(cde, charge), source.catch(() => null)]);
  if (!isNew) {
    const existing = await readCharge(cde, charge.entry_id);
    if (existing?.attempt !== charge.attempt) return repeatedCharge(cde, existing, charge);
  }
  const how = { processor, initialId, cvcToken: request.cvc_token };
  return answerFor(await carryOut(cde, caller, charge, source, how));
}

/** The charge as its record says, however often it is asked for (V6): a refusal of its source is thrown again. */
function answerFor(charge: ChargeItem): ChargeView {
  const { status, failure_code: code, failure_spent_by: spentBy } = charge;
  if (status !== 'failed' || code === undefined || !(code in ERRORS)) return chargeView(charge);
  // A code token has refusals of its own; every other is the source's.
  const param = code.startsWith('cvc_') ? 'cvc_token' : 'source';
  const detail = { param, charge: charge.entry_id, ...(spentBy !== undefined && { spentBy }) };
  throw new VaultError(code as ErrorCode, detail);
}

/** What a charge is carried out with, besides its terms. */
interface How {
  readonly processor: Processor;
  readonly initialId: string | undefined;
  readonly cvcToken: string | undefined;
}

async function carryOut(
  cde: CdeDeps,
  caller: Caller,
  charge: ChargeItem,
  source: Promise<Source>,
  { processor, initialId, cvcToken }: How,
): Promise<ChargeItem> {
  const opened = await source
    .then((found) => openSource(cde, { caller, spender: charge.entry_id, cvcToken }, found))
    .catch((error: unknown) => giveUp(cde, charge, error));
  if (!('clear' in opened)) return opened;
  const { clear, facts, decryptions } = opened;
  const request = { ...authorizationOf(charge), ...initialOf(charge, initialId ?? opened.initialTransactionId) };
  const answer = await orUnknown(processor.authorize(request, clear));
  const known = { card: facts, decryptions };
  if (answer.outcome === 'unknown') return (await noteOnCharge(cde, charge.entry_id, known)) ?? reread(cde, charge);
  const saved = answer.outcome === 'approved' ? await saveCard(cde, caller, charge, opened, answer) : {};
  const ended = await endCharge(cde, charge.entry_id, { ...known, ...saved, ...outcomeOf(charge, answer) });
  return ended ?? reread(cde, charge);
}

/** Nothing was sent to the processor: the charge fails for good, with the refusal of its source if that is why. */
async function giveUp(deps: Deps, charge: ChargeItem, error: unknown): Promise<ChargeItem> {
  const refusal = error instanceof VaultError ? error : null;
  const failed = await endCharge(deps, charge.entry_id, {
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
 * The idempotency key was used before (V6). The same request gets the same answer; an unresolved one is resolved once it
 * is too old to be still on its way, and is never sent again (V8).
 */
async function repeatedCharge(deps: Deps, existing: ChargeItem | null, wanted: ChargeItem): Promise<ChargeView> {
  if (existing === null) throw new VaultError('busy');
  const differs = differingField(CHARGE_TERMS, existing, wanted);
  if (differs !== null) throw new VaultError('idempotency_conflict', { param: differs, charge: existing.entry_id });
  const isStale = deps.clock.nowMs() - existing.created_at_ms >= RESOLVE_AFTER_MS;
  const now = existing.status === 'processing' && isStale ? await resolveCharge(deps, existing) : existing;
  return answerFor(now);
}

async function reread(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  return (await readCharge(deps, charge.entry_id)) ?? charge;
}
