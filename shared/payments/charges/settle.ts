/**
 * Resolves what was left unresolved, without the card: the processor is asked what became of the charge id. One it has
 * never seen, or cannot be asked about, is reversed: marked on our side, so that no approval can end it any more,
 * then canceled there, so that a late authorization is refused (V8).
 */
import type { Deps } from '../../base/deps.ts';
import { lookUp, orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import type { ChargeItem } from './charge.ts';
import { beginReversal, endCharge, readCharge } from './ledger.ts';
import { performOperation } from './operations.ts';
import { authorizationOf, outcomeOf, payeeOf } from './outcome.ts';
import { claimSavedCard } from './saved-card.ts';

/** The charge after one try to resolve it; still `processing` where the processor does not answer. */
export async function resolveCharge(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  if (charge.pending !== undefined) return performOperation(deps, charge, charge.pending);
  if (charge.status !== 'processing') return charge;
  const processor = await processorFor(deps, payeeOf(charge), charge.processor);
  if (charge.reversing_since_ms !== undefined) return reverse(deps, processor, charge);
  const found = await lookUp(processor, authorizationOf(charge));
  if (found.outcome === 'unknown') return charge;
  if (found.outcome !== 'none') return end(deps, charge, outcomeOf(charge, found));
  const marked = await beginReversal(deps, charge.entry_id);
  return reverse(deps, processor, marked ?? (await readCharge(deps, charge.entry_id)) ?? charge);
}

/** Cancels at the processor and fails the charge; one that was captured before it could be canceled is captured. */
async function reverse(deps: Deps, processor: Processor, charge: ChargeItem): Promise<ChargeItem> {
  const { entry_id: reference, amount_minor: amountMinor, reversing_since_ms: requestedAtMs } = charge;
  if (requestedAtMs === undefined || charge.status !== 'processing') return charge;
  const authorization = authorizationOf(charge);
  const request = { reference, authorization, operation: reference, requestedAtMs, amountMinor };
  const canceled = await orUnknown(processor.cancel(request));
  if (canceled.outcome === 'unknown') return charge;
  if (canceled.outcome === 'done') {
    const failure = charge.events.some((event) => event.type === 'charge.outcome_unknown');
    return end(deps, charge, { status: 'failed', failure_code: failure ? 'processor_timeout' : 'interrupted' });
  }
  const found = await lookUp(processor, authorization);
  if (found.outcome === 'unknown' || found.outcome === 'none') return charge;
  return end(deps, charge, outcomeOf(charge, found), 'refused');
}

type ChargeEnd = Parameters<typeof endCharge>;

async function end(deps: Deps, charge: ChargeItem, result: ChargeEnd[2], reversal?: ChargeEnd[3]): Promise<ChargeItem> {
  const saved = await claimSavedCard(deps, charge);
  const ended = await endCharge(deps, charge.entry_id, { ...saved, ...result }, reversal);
  return ended ?? (await readCharge(deps, charge.entry_id)) ?? charge;
}
