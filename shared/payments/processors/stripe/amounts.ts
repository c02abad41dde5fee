/**
 * Where Stripe counts a currency's minor units otherwise than ISO 4217 does (docs.stripe.com/currencies, special cases
 * and zero-decimal currencies): how many of Stripe's units make one of ours, or how many of ours one of Stripe's.
 */
import type { Money } from '../../../base/money.ts';

const STRIPE_UNITS_PER_OURS: Readonly<Record<string, number>> = { ISK: 100, UGX: 100 };
const OUR_UNITS_PER_STRIPES: Readonly<Record<string, number>> = { MGA: 100 };
/** Sent in thousandths, of which the last digit must be 0. */
const LAST_DIGIT_ZERO: readonly string[] = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** The amount as Stripe counts it; null where it cannot say it exactly. */
export function stripeAmount({ amountMinor, currency }: Money): number | null {
  if (LAST_DIGIT_ZERO.includes(currency) && amountMinor % 10 !== 0) return null;
  const ours = OUR_UNITS_PER_STRIPES[currency] ?? 1;
  if (amountMinor % ours !== 0) return null;
  return (amountMinor / ours) * (STRIPE_UNITS_PER_OURS[currency] ?? 1);
}
