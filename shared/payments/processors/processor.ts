/**
 * The port to a payment processor. The vault names every authorization by its charge id and every later operation by an
 * operation id; sending one again under the same id must have no second effect.
 *
 *   authorize {reference: 'ch_…', amountMinor: 4180, currency: 'JPY', capture: true}, card 4242…
 *     → {outcome: 'approved', authorizationCode: '831000', networkTransactionId: '…'}
 *     → {outcome: 'declined', declineCode: 'insufficient_funds', rawCode: '51'}
 *     → {outcome: 'unknown'}     time-out or lost response
 *
 * Every method bounds its own time (docs/reference/processors.md has the table). A method that throws has an unknown
 * outcome too (`orUnknown`). `test/contracts/processor.test.ts` tests each adapter for this.
 */
import type { SentTo } from '../../base/destinations.ts';
import type { Money } from '../../base/money.ts';
import type { Cvc } from '../../card/cvc.ts';
import type { Expiry } from '../../card/expiry.ts';
import type { Pan } from '../../card/pan.ts';
import type { DeclineCode } from './declines.ts';

export interface AuthorizationRequest extends Money {
  /** The charge id: the processor's idempotency reference. */
  readonly reference: string;
  /** Capture in the same message. */
  readonly capture: boolean;
  /** When the charge was written. Networks name a message by its time, and an idempotency key lives for a while only. */
  readonly requestedAtMs: number;
  /** Where the card comes from (credential on file): typed just now, typed and to be stored, or stored before. */
  readonly credential: 'typed' | 'to_be_stored' | 'stored';
  /** The shopper starts the payment, or the merchant under an agreement with an absent shopper. */
  readonly initiator: 'customer' | 'merchant';
  /**
   * The network's id of the payment in which the shopper agreed to storing the card, where known. Only for payments
   * that the merchant starts, and only for `authorize`.
   */
  readonly initialTransactionId?: string;
}

/** The card in clear, passed to `authorize` and never stored. */
export interface ClearCard {
  readonly pan: Pan;
  readonly expiry: Expiry;
  /** Absent when a stored card is charged without its code typed again. */
  readonly cvc?: Cvc;
}

export interface Approval {
  readonly outcome: 'approved';
  /** Six characters of the issuer; null where the processor does not say. */
  readonly authorizationCode: string | null;
  readonly networkTransactionId: string | null;
  /** The processor's id of the payment, where later operations need it. */
  readonly processorReference?: string;
}

export interface Decline {
  readonly outcome: 'declined';
  readonly declineCode: DeclineCode;
  /** The network's own code. */
  readonly rawCode: string;
}

export interface Unknown {
  readonly outcome: 'unknown';
}

/** The request of an authorization, with the facts of its approval where known. */
export interface Authorization extends AuthorizationRequest {
  readonly authorizationCode?: string;
  readonly processorReference?: string;
}

export interface OperationRequest {
  /** The charge id the operation belongs to. */
  readonly reference: string;
  readonly authorization: Authorization;
  /** This operation's own id. */
  readonly operation: string;
  readonly requestedAtMs: number;
  readonly amountMinor: number;
}

export type AuthorizationResponse = Approval | Decline | Unknown;
export type OperationResponse = { readonly outcome: 'done' } | { readonly outcome: 'refused' } | Unknown;
/** `none`: the processor holds no authorization under the reference. */
export type LookupResponse = Approval | Decline | Unknown | { readonly outcome: 'none' };

export interface Processor {
  readonly name: string;
  /** The deployed destination that it is; absent in test mode. */
  readonly sentTo?: SentTo;
  authorize(request: AuthorizationRequest, card: ClearCard): Promise<AuthorizationResponse>;
  capture(request: OperationRequest): Promise<OperationResponse>;
  refund(request: OperationRequest): Promise<OperationResponse>;
  /**
   * Releases an authorization. For a reference the processor has never seen it must also make sure that a late
   * authorization under it is refused. Where the outcome of the authorization is unknown, `authorization` carries no
   * authorization code: that is a reversal.
   */
  cancel(request: OperationRequest): Promise<OperationResponse>;
  /**
   * The outcome of an authorization; null where the network cannot be asked, so that an unknown outcome is reversed.
   */
  readonly lookup: ((request: AuthorizationRequest) => Promise<LookupResponse>) | null;
}

/** Any failure on the way to a processor means an unknown outcome, which is never sent again (V8). */
export const orUnknown = <Result>(asked: Promise<Result>): Promise<Result | Unknown> =>
  asked.catch(() => ({ outcome: 'unknown' }) as const);

/** Looks up the outcome of an authorization; `none` where there is no lookup, which leads to a reversal. */
export const lookUp = (processor: Processor, request: AuthorizationRequest): Promise<LookupResponse> =>
  processor.lookup === null ? Promise.resolve({ outcome: 'none' }) : orUnknown(processor.lookup(request));
