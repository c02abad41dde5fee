/** Expiry dates: a card is valid through the last moment of its month. Safe in a browser. */

export interface Expiry {
  /** 1–12. */
  readonly month: number;
  /** Four digits. */
  readonly year: number;
}

export type ExpiryFault = 'expiry_invalid' | 'expiry_past';

/** Cards are issued for at most 20 years; a later date is a typing error. */
const YEARS_AHEAD_MAX = 20;
/** UTC−12 is the last time zone to leave a month, so no cardholder is refused on the card's last day. */
const LAST_ZONE_MS = 12 * 3_600_000;

export function expiryFault(expiry: Expiry, nowMs: number): ExpiryFault | null {
  const { month, year } = expiry;
  if (!Number.isInteger(month) || month < 1 || month > 12) return 'expiry_invalid';
  if (!Number.isInteger(year) || year < 1000 || year > 9999) return 'expiry_invalid';
  // Date.UTC counts months from 0, so the card's month number is the following month.
  if (Date.UTC(year, month) + LAST_ZONE_MS <= nowMs) return 'expiry_past';
  return year > new Date(nowMs).getUTCFullYear() + YEARS_AHEAD_MAX ? 'expiry_invalid' : null;
}
