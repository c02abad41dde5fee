/**
 * Settles what was left unsettled, without the card: the processor is asked what became of the charge id. One it has
 * never seen, or cannot be asked about, is reversed: marked on our side, so that no approval can settle it any more,
 * then canceled there, so that a late authorization is refused (V8).
 */
import type { Deps } from '../../base/deps.ts';
import { lookUp, orUnknown, type Processor } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import type { ChargeItem } from './charge.ts';
import { beginReversal, readCharge, settleCharge } from './ledger.ts';
import { performOperation } from './operations.ts';
import { authorizationOf, outcomeOf, payeeOf } from './outcome.ts';
import { claimSavedCard } from './saved-card.ts';

/** The charge after one try to settle it; still `processing` where the processor does not answer. */
export async function settleFromProcessor(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  if (charge.pending !== undefined) return performOperation(deps, charge, charge.pending);
  if (charge.status !== 'processing') return charge;
  const processor = await processorFor(deps, payeeOf(charge), charge.processor);
  if (charge.reversing_since_ms !== undefined) return reverse(deps, processor, charge);
  const found = await lookUp(processor, authorizationOf(charge));
  if (found.outcome === 'unknown') return charge;
  if (found.outcome !== 'none') return settle(deps, charge, outcomeOf(charge, found));
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
    return settle(deps, charge, { status: 'failed', failure_code: failure ? 'processor_timeout' : 'interrupted' });
  }
  const found = await lookUp(processor, authorization);
  if (found.outcome === 'unknown' || found.outcome === 'none') return charge;
  return settle(deps, charge, outcomeOf(charge, found), 'refused');
}

type Settlement = Parameters<typeof settleCharge>;

async function settle(
  deps: Deps,
  charge: ChargeItem,
  result: Settlement[2],
  reversal?: Settlement[3],
): Promise<ChargeItem> {
  const saved = await claimSavedCard(deps, charge);
  const settled = await settleCharge(deps, charge.entry_id, { ...saved, ...result }, reversal);
  return settled ?? (await readCharge(deps, charge.entry_id)) ?? charge;
}
