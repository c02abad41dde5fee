/**
 * Stripe's decline codes as the vault's (docs.stripe.com/declines/codes, docs.stripe.com/error-codes). The raw code is
 * the network's where Stripe passes it on (`network_decline_code`), else Stripe's.
 */
import type { DeclineCode } from '../declines.ts';

/** Other codes are a `generic_decline`. */
export const STRIPE_DECLINES: Readonly<Record<string, DeclineCode>> = {
  authentication_required: 'not_permitted',
  call_issuer: 'do_not_honor',
  card_not_supported: 'not_permitted',
  card_velocity_exceeded: 'card_velocity_exceeded',
  currency_not_supported: 'not_permitted',
  do_not_honor: 'do_not_honor',
  do_not_try_again: 'do_not_honor',
  expired_card: 'expired_card',
  fraudulent: 'suspected_fraud',
  incorrect_cvc: 'incorrect_cvc',
  insufficient_funds: 'insufficient_funds',
  invalid_amount: 'not_permitted',
  invalid_cvc: 'incorrect_cvc',
  invalid_expiry_month: 'expired_card',
  invalid_expiry_year: 'expired_card',
  issuer_not_available: 'issuer_unavailable',
  lost_card: 'lost_card',
  merchant_blacklist: 'suspected_fraud',
  not_permitted: 'not_permitted',
  pickup_card: 'stolen_card',
  processing_error: 'processing_error',
  reenter_transaction: 'processing_error',
  restricted_card: 'not_permitted',
  service_not_allowed: 'not_permitted',
  stolen_card: 'stolen_card',
  transaction_not_allowed: 'not_permitted',
  try_again_later: 'issuer_unavailable',
  withdrawal_count_limit_exceeded: 'card_velocity_exceeded',
};
