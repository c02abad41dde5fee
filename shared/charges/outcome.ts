/** What a processor's answer to an authorization makes of the charge, whether it came at once or by lookup. */
import type { Approval, Refusal } from '../processors/processor.ts';
import type { ChargeItem } from './charge.ts';

export function outcomeOf(charge: ChargeItem, answer: Approval | Refusal) {
  if (answer.outcome === 'declined') {
    return { status: 'declined', decline_code: answer.declineCode, decline_raw: answer.rawCode } as const;
  }
  const captured = charge.capture ? charge.amount_minor : 0;
  return {
    status: charge.capture ? 'captured' : 'authorized',
    authorization_code: answer.authorizationCode,
    network_transaction_id: answer.networkTransactionId,
    captured_minor: captured,
    refundable_minor: captured,
  } as const;
}
