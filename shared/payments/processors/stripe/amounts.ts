/**
 * Currencies in which Stripe's minor units differ from ISO 4217 (docs.stripe.com/currencies, special cases and
 * zero-decimal currencies), as factors in either direction.
 */
import type { Money } from '../../../base/money.ts';

const STRIPE_UNITS_PER_OURS: Readonly<Record<string, number>> = { ISK: 100, UGX: 100 };
const OUR_UNITS_PER_STRIPES: Readonly<Record<string, number>> = { MGA: 100 };
/** Sent in thousandths, of which the last digit must be 0. */
const LAST_DIGIT_ZERO: readonly string[] = ['BHD', 'JOD', 'KWD', 'OMR', 'TND'];

/** The amount in Stripe's units; null where it has no exact value. */
export function stripeAmount({ amountMinor, currency }: Money): number | null {
  if (LAST_DIGIT_ZERO.includes(currency) && amountMinor % 10 !== 0) return null;
  const ours = OUR_UNITS_PER_STRIPES[currency] ?? 1;
  if (amountMinor % ours !== 0) return null;
  return (amountMinor / ours) * (STRIPE_UNITS_PER_OURS[currency] ?? 1);
}
