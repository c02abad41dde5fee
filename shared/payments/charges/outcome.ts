/** Between a charge and its processor: what is asked for it, and what an answer, at once or by lookup, makes of it. */
import type { Approval, Authorization, Refusal } from '../processors/processor.ts';
import type { Payee } from '../processors/registry.ts';
import type { ChargeItem } from './charge.ts';

export const payeeOf = ({ merchant_id: merchantId, mode }: ChargeItem): Payee => ({ merchantId, mode });

/** The charge's authorization as it was requested, and as far as it is known what came of it. */
export function authorizationOf(charge: ChargeItem): Authorization {
  const { authorization_code: authorizationCode, processor_reference: processorReference } = charge;
  return {
    reference: charge.entry_id,
    amountMinor: charge.amount_minor,
    currency: charge.currency,
    capture: charge.capture,
    requestedAtMs: charge.created_at_ms,
    credential: charge.source_type === 'card' ? 'stored' : charge.save_card ? 'to_be_stored' : 'typed',
    initiator: charge.initiator ?? 'customer',
    ...(authorizationCode !== undefined && { authorizationCode }),
    ...(processorReference !== undefined && { processorReference }),
  };
}

export function outcomeOf(charge: ChargeItem, answer: Approval | Refusal) {
  if (answer.outcome === 'declined') {
    return { status: 'declined', decline_code: answer.declineCode, decline_raw: answer.rawCode } as const;
  }
  const captured = charge.capture ? charge.amount_minor : 0;
  return {
    status: charge.capture ? 'captured' : 'authorized',
    ...(answer.authorizationCode !== null && { authorization_code: answer.authorizationCode }),
    ...(answer.networkTransactionId !== null && { network_transaction_id: answer.networkTransactionId }),
    ...(answer.processorReference !== undefined && { processor_reference: answer.processorReference }),
    captured_minor: captured,
    refundable_minor: captured,
  } as const;
}
