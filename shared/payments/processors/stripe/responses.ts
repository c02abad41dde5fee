/**
 * Reads Stripe's responses. Pure functions from status and text to a result of the port. A conflict, a rate limit, a
 * fault of Stripe or of the credentials, and an undocumented form leave the outcome unknown.
 */
import * as z from 'zod/mini';
import type { HttpResponse } from '../http.ts';
import type { Approval, Decline, LookupResponse, OperationResponse, Unknown } from '../processor.ts';
import { STRIPE_DECLINES } from './declines.ts';

const UNKNOWN: Unknown = { outcome: 'unknown' };
const text = z.nullish(z.string());
/** Becomes part of later paths, so its form is checked. */
const intentId = z.string().check(z.regex(/^pi_[A-Za-z0-9_]{1,100}$/));

const StripeError = z.object({
  type: text,
  code: text,
  decline_code: text,
  network_decline_code: text,
});
type StripeError = z.infer<typeof StripeError>;

const CardDetails = z.nullish(z.object({ authorization_code: text, network_transaction_id: text }));
const Charge = z.object({ payment_method_details: z.nullish(z.object({ card: CardDetails })) });

const Intent = z.object({
  id: intentId,
  status: z.string(),
  amount_received: z.nullish(z.int()),
  last_payment_error: z.nullish(StripeError),
  latest_charge: z.nullish(z.union([z.string(), Charge])),
});
export type Intent = z.infer<typeof Intent>;

/** A deployment names it. */
const Account = z.object({
  object: z.literal('account'),
  id: z.string().check(z.regex(/^acct_[A-Za-z0-9]{1,59}$/)),
});

const PaymentMethod = z.object({ id: z.string().check(z.regex(/^pm_[A-Za-z0-9_]{1,100}$/)) });
const Refund = z.object({ status: text, metadata: z.nullish(z.record(z.string(), z.string())) });
const Failure = z.object({ error: StripeError });

/** `refused` is final: this request created and moved nothing, and never will. */
type Read<T> = { readonly value: T } | { readonly refused: StripeError; readonly status: number } | Unknown;

const read = <Schema extends z.ZodMiniType>(schema: Schema, response: HttpResponse): Read<z.infer<Schema>> => {
  const json = parseJson(response.text);
  if (response.status === 200) {
    const parsed = schema.safeParse(json);
    return parsed.success ? { value: parsed.data } : UNKNOWN;
  }
  const failure = Failure.safeParse(json);
  const isFinal = [400, 402, 404].includes(response.status);
  if (!failure.success || !isFinal || failure.data.error.type === 'idempotency_error') return UNKNOWN;
  return { refused: failure.data.error, status: response.status };
};

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** `acct_…`; null where the response does not say. */
export function readAccount(response: HttpResponse): string | null {
  const account = read(Account, response);
  return 'value' in account ? account.value.id : null;
}

export const readIntent = (response: HttpResponse): Read<Intent> => read(Intent, response);
export const readPaymentMethod = (response: HttpResponse): Read<z.infer<typeof PaymentMethod>> =>
  read(PaymentMethod, response);

/**
 * The intent that a search found; null where there is none. Two would be a bug of the vault, so the outcome stays
 * unknown.
 */
export function readSearch(response: HttpResponse): Intent | null | Unknown {
  const found = read(z.object({ data: z.array(Intent) }), response);
  if (!('value' in found) || found.value.data.length > 1) return UNKNOWN;
  return found.value.data[0] ?? null;
}

export function declined(error: StripeError): Decline {
  const code = error.decline_code ?? error.code ?? error.type ?? 'unspecified';
  // The cardholder can do nothing about an error of the request.
  const otherwise = error.type === 'card_error' ? 'generic_decline' : 'processing_error';
  return {
    outcome: 'declined',
    declineCode: STRIPE_DECLINES[code] ?? otherwise,
    rawCode: (error.network_decline_code ?? code).slice(0, 60),
  };
}

/** The response to a confirmation. An intent in an unexpected state has to be looked up. */
export function readConfirmation(response: HttpResponse): Approval | Decline | Unknown {
  const confirmed = readIntent(response);
  if ('value' in confirmed) return fateOf(confirmed.value, UNKNOWN);
  if (!('refused' in confirmed) || confirmed.refused.code === 'payment_intent_unexpected_state') return UNKNOWN;
  return declined(confirmed.refused);
}

/** The outcome of a payment, read by its id. */
export function readFate(response: HttpResponse): LookupResponse {
  const found = readIntent(response);
  return 'value' in found ? fateOf(found.value, { outcome: 'none' }) : UNKNOWN;
}

/** `otherwise` is for an intent that waits for a step that never comes. */
function fateOf<Otherwise>(intent: Intent, otherwise: Otherwise): Approval | Decline | Unknown | Otherwise {
  if (intent.status === 'requires_capture' || intent.status === 'succeeded') return approved(intent);
  if (intent.status === 'processing') return UNKNOWN;
  const error = intent.status === 'requires_payment_method' ? intent.last_payment_error : null;
  return error ? declined(error) : otherwise;
}

function approved({ id, latest_charge: charge }: Intent): Approval {
  const card = typeof charge === 'object' ? charge?.payment_method_details?.card : null;
  return {
    outcome: 'approved',
    authorizationCode: card?.authorization_code ?? null,
    networkTransactionId: card?.network_transaction_id ?? null,
    processorReference: id,
  };
}

/** The response to a capture or cancellation: `check` where it was refused, perhaps because it had succeeded before. */
export function readMove(response: HttpResponse, wanted: 'succeeded' | 'canceled'): OperationResponse | 'check' {
  const moved = readIntent(response);
  if ('value' in moved) return moved.value.status === wanted ? { outcome: 'done' } : UNKNOWN;
  return 'refused' in moved ? 'check' : UNKNOWN;
}

export function readRefund(response: HttpResponse): OperationResponse {
  const refund = read(Refund, response);
  if ('value' in refund) return refundOutcome(refund.value.status);
  return 'refused' in refund ? { outcome: 'refused' } : UNKNOWN;
}

/** The refund that an operation made before; null where it made none. */
export function readRefundList(response: HttpResponse, operation: string): OperationResponse | null {
  const list = read(z.object({ data: z.array(Refund), has_more: z.boolean() }), response);
  if (!('value' in list)) return UNKNOWN;
  const found = list.value.data.find(({ metadata }) => metadata?.fuda_operation === operation);
  if (found !== undefined) return refundOutcome(found.status);
  return list.value.has_more ? UNKNOWN : null;
}

/** `pending` counts as done: the refund is on its way, and Stripe reports a later failure by webhook only. */
const refundOutcome = (status: string | null | undefined): OperationResponse =>
  status === 'failed' || status === 'canceled' ? { outcome: 'refused' } : { outcome: 'done' };
