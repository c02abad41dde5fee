/**
 * What a charge is: its item in the ledger, its states, the authorization it stands for at the processor, and how callers
 * see it. The item is the idempotency record, the reconciliation record and the outbox at once, so that each change of
 * state and its event are one write (V9). Amounts are integer minor units of the charge's one currency (V7).
 */
import { toRfc3339 } from '../../base/clock.ts';
import type { Deps } from '../../base/deps.ts';
import type { ErrorCode } from '../../base/errors.ts';
import { derivedId } from '../../base/ids.ts';
import { type LedgerEntry, newEntry } from '../../ledger/entry.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { CardFacts } from '../../vault/card-facts.ts';
import type { DeclineCode } from '../processors/declines.ts';
import type { Approval, Authorization, Decline } from '../processors/processor.ts';
import type { Payee } from '../processors/registry.ts';
import type { ChargeView, RefundView } from './responses.ts';

export type { ChargeView, RefundView } from './responses.ts';

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
type FailureCode = ErrorCode | 'processor_timeout' | 'interrupted';

/** A capture, cancel or refund: pending until the processor has responded, then remembered under its id. */
export interface Operation {
  readonly id: string;
  readonly kind: OperationKind;
  readonly amount_minor: number;
  /** The request named no amount and got all that there was; with an amount it would be another request (V6). */
  readonly is_whole?: true;
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
  /** The processor that the request named; absent where it left the choice to the merchant's record of that time. */
  readonly asked_processor?: string;
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
  /** The processor's id of the payment, where later operations need it. */
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

/** The charge's item before anything is spent, decrypted or sent: `processing`, with its first event. */
export function newCharge(deps: Deps, caller: Caller, terms: ChargeTerms, id: string): ChargeItem {
  const entry = newEntry(deps, caller, id, 'charge.created');
  return {
    ...entry,
    created_key: `${new Date(entry.created_at_ms).toISOString()}#${id}`,
    ...terms,
    captured_minor: 0,
    refunded_minor: 0,
    refundable_minor: 0,
    operations: {},
  };
}

/** The merchant and mode that the charge's processor is set up for. */
export const payeeOf = ({ merchant_id: merchantId, mode }: ChargeItem): Payee => ({ merchantId, mode });

/** The authorization as it was requested, with what its approval said where that is known. */
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

/** What the processor's response, to the authorization itself or to a lookup, changes on the charge. */
export function outcomeOf(charge: ChargeItem, response: Approval | Decline) {
  if (response.outcome === 'declined') {
    return { status: 'declined', decline_code: response.declineCode, decline_raw: response.rawCode } as const;
  }
  const capturedMinor = charge.capture ? charge.amount_minor : 0;
  return {
    status: charge.capture ? 'captured' : 'authorized',
    ...(response.authorizationCode !== null && { authorization_code: response.authorizationCode }),
    ...(response.networkTransactionId !== null && { network_transaction_id: response.networkTransactionId }),
    ...(response.processorReference !== undefined && { processor_reference: response.processorReference }),
    captured_minor: capturedMinor,
    refundable_minor: capturedMinor,
  } as const;
}

export function chargeView(charge: ChargeItem): ChargeView {
  return {
    object: 'charge',
    id: charge.entry_id,
    status: charge.status,
    amount: charge.amount_minor,
    currency: charge.currency,
    capture: charge.capture,
    initiator: charge.initiator ?? 'customer',
    amount_captured: charge.captured_minor,
    amount_refunded: charge.refunded_minor,
    card: charge.card ?? null,
    source:
      charge.source_type === 'token'
        ? { type: 'token', token_hash: charge.source_record }
        : { type: 'card', id: charge.source_record },
    processor: {
      name: charge.processor,
      reference: charge.entry_id,
      authorization_code: charge.authorization_code ?? null,
      network_transaction_id: charge.network_transaction_id ?? null,
    },
    sent_to: charge.sent_to ?? null,
    decline_code: charge.decline_code ?? null,
    failure_code: charge.failure_code ?? null,
    saved_card: charge.saved_card ?? null,
    refunds: refundsOf(charge).map((operation) => refundView(charge, operation)),
    description: charge.description ?? null,
    metadata: charge.metadata ?? {},
    created_at: toRfc3339(charge.created_at_ms),
  };
}

export const refundView = (charge: ChargeItem, operation: Operation): RefundView => ({
  object: 'refund',
  id: operation.id,
  charge: charge.entry_id,
  status: operation.status,
  amount: operation.amount_minor,
  currency: charge.currency,
  created_at: toRfc3339(operation.created_at_ms),
});

/** All refunds, oldest first, the pending one included. */
function refundsOf(charge: ChargeItem): Operation[] {
  return [...Object.values(charge.operations), ...(charge.pending ? [charge.pending] : [])]
    .filter(({ kind }) => kind === 'refund')
    .sort((a, b) => a.created_at_ms - b.created_at_ms);
}
