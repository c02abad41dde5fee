/**
 * Settles what was left unsettled, without the card: the processor is asked what became of the charge id, and an
 * authorization it has never seen is canceled there first, so that a late one cannot slip in behind the answer (V8).
 */
import type { Deps } from '../base/deps.ts';
import { orUnknown } from '../processors/processor.ts';
import { processorFor } from '../processors/registry.ts';
import type { ChargeItem } from './charge.ts';
import { readCharge, settleCharge } from './ledger.ts';
import { performOperation } from './operations.ts';
import { outcomeOf } from './outcome.ts';

/**
 * How old an unsettled charge or operation must be before anyone else touches it. Longer than the longest function
 * time-out (30 s, the limit of API Gateway), so the request that made it is certainly over.
 */
export const SETTLE_AFTER_MS = 60_000;

/** The charge after one try to settle it; still `processing` where the processor does not answer. */
export async function settleFromProcessor(deps: Deps, charge: ChargeItem): Promise<ChargeItem> {
  if (charge.pending !== undefined) return performOperation(deps, charge, charge.pending);
  if (charge.status !== 'processing') return charge;
  const processor = processorFor(deps, charge.mode, charge.processor);
  const found = await orUnknown(processor.lookup(charge.charge_id));
  if (found.outcome === 'unknown') return charge;
  if (found.outcome !== 'none') return settle(deps, charge, outcomeOf(charge, found));
  const canceled = await processor.cancel({
    reference: charge.charge_id,
    operation: charge.charge_id,
    amountMinor: charge.amount_minor,
  });
  // Refused means that an authorization arrived after the lookup; the next try will find it.
  if (canceled.outcome !== 'done') return charge;
  const failure = charge.events.some((event) => event.type === 'charge.outcome_unknown');
  return settle(deps, charge, { status: 'failed', failure_code: failure ? 'processor_timeout' : 'interrupted' });
}

async function settle(deps: Deps, charge: ChargeItem, result: Parameters<typeof settleCharge>[2]): Promise<ChargeItem> {
  return (await settleCharge(deps, charge.charge_id, result)) ?? (await readCharge(deps, charge.charge_id)) ?? charge;
}
