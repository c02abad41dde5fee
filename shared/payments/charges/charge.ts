/**
 * What a charge is: its item in the ledger, its states, and how it looks from outside. The item is the idempotency
 * record, the reconciliation record and the outbox at once, so that each change of state and its event are one write
 * (V9). Amounts are integer minor units of the charge's one currency (V7).
 */
import { toRfc3339 } from '../../base/clock.ts';
import type { ErrorCode } from '../../base/errors.ts';
import { derivedId } from '../../base/ids.ts';
import type { LedgerEntry } from '../../ledger/entry.ts';
import type { CardFacts } from '../../vault/card-facts.ts';
import type { DeclineCode } from '../processors/declines.ts';
import type { ChargeView, RefundView } from './answers.ts';

export type { ChargeView, RefundView } from './answers.ts';

export type ChargeStatus =
  | 'processing'
  | 'authorized'
  | 'captured'
  | 'partially_refunded'
  | 'refunded'
  | 'canceled'
  | 'declined'
  | 'failed';

/** Which verb moves a charge from which states; a charge in any other state refuses it. */
export const TRANSITIONS = {
  end: { from: ['processing'], to: ['authorized', 'captured', 'declined', 'failed'] },
  capture: { from: ['authorized'], to: ['captured'] },
  cancel: { from: ['authorized'], to: ['canceled'] },
  refund: { from: ['captured', 'partially_refunded'], to: ['partially_refunded', 'refunded'] },
} as const satisfies Record<string, { from: readonly ChargeStatus[]; to: readonly ChargeStatus[] }>;

export type OperationKind = 'capture' | 'cancel' | 'refund';

/** Why a charge failed without the processor declining it. Codes of errors.ts are refusals of its source. */
export type FailureCode = ErrorCode | 'processor_timeout' | 'interrupted';

/** A capture, cancel or refund: pending until the processor has answered, then remembered under its id. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly amount_minor: number;
  readonly status: 'processing' | 'succeeded' | 'failed';
  readonly created_at_ms: number;
}

/** The fields a repeated request must share with the first (V6). Business fields only, never bytes or times. */
export interface ChargeTerms {
  readonly source_type: 'token' | 'card';
  /** SHA-256 of the token, or the card id: the `record` of the encryption context. */
  readonly source_record: string;
  /** SHA-256 of the code token: the `record` of the code's encryption context. Absent where none came along. */
  readonly cvc_record?: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly capture: boolean;
  readonly save_card: boolean;
  readonly processor: string;
  /** Absent for the customer, as most are: an item of a plain charge must stay below 1 KB, which is one write unit. */
  readonly initiator?: 'merchant';
  /** The charge with which the shopper agreed to the card's keeping, where the merchant named one. */
  readonly initial_charge?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface ChargeItem extends LedgerEntry, ChargeTerms {
  /** `<RFC 3339>#<charge id>`: the sort key of a merchant's list of charges, which nothing else in the Ledger has. */
  readonly created_key: string;
  /** Since when the charge is being reversed; an approval can no longer end it. */
  readonly reversing_since_ms?: number;

  readonly status: ChargeStatus;
  readonly card?: CardFacts;
  readonly authorization_code?: string;
  readonly network_transaction_id?: string;
  /** What the processor calls the payment, where it must be told later. */
  readonly processor_reference?: string;
  readonly decline_code?: DeclineCode;
  /** The network's own decline code. */
  readonly decline_raw?: string;
  readonly failure_code?: FailureCode;
  /** The charge or card that had spent the token, when that is why this one failed. */
  readonly failure_spent_by?: string;
  readonly saved_card?: string;
  readonly store_request_id?: string;

  readonly captured_minor: number;
  readonly refunded_minor: number;
  /** captured − refunded − pending refund: what a refund may take (V7). */
  readonly refundable_minor: number;
  readonly pending?: Operation;
  readonly operations: Readonly<Record<string, Operation>>;
}

/** The same key of the same owner is the same charge, so that the charge is the idempotency record (V6). */
export const chargeIdFor = (owner: string, idempotencyKey: string): string => derivedId('ch', owner, idempotencyKey);

export function chargeView(item: ChargeItem): ChargeView {
  return {
    object: 'charge',
    id: item.entry_id,
    status: item.status,
    amount: item.amount_minor,
    currency: item.currency,
    capture: item.capture,
    initiator: item.initiator ?? 'customer',
    amount_captured: item.captured_minor,
    amount_refunded: item.refunded_minor,
    card: item.card ?? null,
    source:
      item.source_type === 'token'
        ? { type: 'token', token_hash: item.source_record }
        : { type: 'card', id: item.source_record },
    processor: {
      name: item.processor,
      reference: item.entry_id,
      authorization_code: item.authorization_code ?? null,
      network_transaction_id: item.network_transaction_id ?? null,
    },
    decline_code: item.decline_code ?? null,
    failure_code: item.failure_code ?? null,
    saved_card: item.saved_card ?? null,
    refunds: refundsOf(item).map((operation) => refundView(item, operation)),
    description: item.description ?? null,
    metadata: item.metadata ?? {},
    created_at: toRfc3339(item.created_at_ms),
  };
}

export const refundView = (item: ChargeItem, operation: Operation): RefundView => ({
  object: 'refund',
  id: operation.id,
  charge: item.entry_id,
  status: operation.status,
  amount: operation.amount_minor,
  currency: item.currency,
  created_at: toRfc3339(operation.created_at_ms),
});

/** All refunds, oldest first, the pending one included. */
function refundsOf(item: ChargeItem): Operation[] {
  const all = [...Object.values(item.operations), ...(item.pending ? [item.pending] : [])];
  return all.filter((operation) => operation.kind === 'refund').sort((a, b) => a.created_at_ms - b.created_at_ms);
}
