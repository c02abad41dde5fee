/**
 * The requests to Stripe, as plain data. A payment has two steps, so that its id is known before money can move: a
 * PaymentIntent without a card under an idempotency key, then its confirmation with the card. The card is sent as a
 * separate PaymentMethod, because Stripe's public API description has raw card data in that form only.
 * (docs.stripe.com/api: idempotent requests, payment intents, payment methods, refunds.)
 */
import type { AuthorizationRequest, ClearCard, OperationRequest } from '../processor.ts';
import { stripeAmount } from './amounts.ts';

/** Pinned, so that Stripe's responses do not change unexpectedly. The version that `stripe-mock` 0.197.0 describes. */
export const STRIPE_VERSION = '2025-09-30.clover';

export interface StripeRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly form?: readonly (readonly [name: string, value: string])[];
  readonly idempotencyKey?: string;
  readonly timeoutMs: number;
}

/** For every request that moves no money at once. */
const QUICK_MS = 3_000;
/** Includes the issuer's response. */
const CONFIRM_MS = 15_000;
const MOVE_MS = 8_000;

/**
 * Repeatable without the card: the same key and form give the same intent for a day. Null for an amount that Stripe
 * cannot take.
 */
export function buildIntent(request: AuthorizationRequest): StripeRequest | null {
  const amount = stripeAmount(request);
  if (amount === null) return null;
  return {
    method: 'POST',
    path: '/v1/payment_intents',
    form: [
      ['amount', String(amount)],
      ['currency', request.currency.toLowerCase()],
      ['capture_method', request.capture ? 'automatic' : 'manual'],
      ['payment_method_types[]', 'card'],
      ['metadata[fuda_charge]', request.reference],
    ],
    idempotencyKey: `${request.reference}/intent`,
    timeoutMs: QUICK_MS,
  };
}

/** The account that the key opens (docs.stripe.com/api/accounts/retrieve). */
export const buildAccount = (): StripeRequest => ({ method: 'GET', path: '/v1/account', timeoutMs: QUICK_MS });

/** The only request that holds the card. It moves no money and needs no idempotency key. */
export function buildPaymentMethod({ pan, expiry, cvc }: ClearCard): StripeRequest {
  return {
    method: 'POST',
    path: '/v1/payment_methods',
    form: [
      ['type', 'card'],
      ['card[number]', pan.digits()],
      ['card[exp_month]', String(expiry.month)],
      ['card[exp_year]', String(expiry.year)],
      ...(cvc === undefined ? [] : [['card[cvc]', cvc.take()] as const]),
    ],
    timeoutMs: QUICK_MS,
  };
}

/**
 * Moves the money. A payment that needs an action of the shopper fails at once, because no shopper is present.
 * `off_session` marks a payment that the merchant starts, `setup_future_usage` a card that is to be stored. Stripe
 * takes no network transaction id, because it keeps the ids of its payments.
 */
export const buildConfirmation = (
  intent: string,
  paymentMethod: string,
  { reference, initiator, credential }: AuthorizationRequest,
): StripeRequest => ({
  method: 'POST',
  path: `/v1/payment_intents/${intent}/confirm`,
  form: [
    ['payment_method', paymentMethod],
    ['error_on_requires_action', 'true'],
    ...(initiator === 'merchant' ? [['off_session', 'true'] as const] : []),
    ...(credential === 'to_be_stored' ? [['setup_future_usage', 'off_session'] as const] : []),
    ['expand[]', 'latest_charge'],
  ],
  idempotencyKey: `${reference}/confirm`,
  timeoutMs: CONFIRM_MS,
});

export const buildReading = (intent: string): StripeRequest => ({
  method: 'GET',
  path: `/v1/payment_intents/${intent}?expand[]=latest_charge`,
  timeoutMs: QUICK_MS,
});

/**
 * Finds a payment after its idempotency key has expired. Stripe's search lags by up to a minute, so it is for old
 * payments only.
 */
export const buildSearch = (reference: string): StripeRequest => ({
  method: 'GET',
  path: `/v1/payment_intents/search?${new URLSearchParams({ query: `metadata['fuda_charge']:'${reference}'`, limit: '2' })}`,
  timeoutMs: QUICK_MS,
});

export const buildCapture = (intent: string, amount: number, { operation }: OperationRequest): StripeRequest => ({
  method: 'POST',
  path: `/v1/payment_intents/${intent}/capture`,
  form: [['amount_to_capture', String(amount)]],
  idempotencyKey: operation,
  timeoutMs: MOVE_MS,
});

/** Without an idempotency key: canceling twice is harmless, and Stripe would repeat a refusal that no longer holds. */
export const buildCancellation = (intent: string): StripeRequest => ({
  method: 'POST',
  path: `/v1/payment_intents/${intent}/cancel`,
  form: [['cancellation_reason', 'abandoned']],
  timeoutMs: QUICK_MS,
});

export const buildRefund = (intent: string, amount: number, { operation }: OperationRequest): StripeRequest => ({
  method: 'POST',
  path: '/v1/refunds',
  form: [
    ['payment_intent', intent],
    ['amount', String(amount)],
    ['metadata[fuda_operation]', operation],
  ],
  idempotencyKey: operation,
  timeoutMs: MOVE_MS,
});

/** A charge has at most 100 refunds, so one page holds them all. */
export const buildRefundList = (intent: string): StripeRequest => ({
  method: 'GET',
  path: `/v1/refunds?payment_intent=${intent}&limit=100`,
  timeoutMs: QUICK_MS,
});
