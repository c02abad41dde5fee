/**
 * When a failed delivery is sent again: at growing intervals over three days, then no more. Each wait varies by up to a
 * quarter either way, so that deliveries that failed together are not retried together.
 */
import type { RandomBytes } from '../base/ids.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Wait after the first, second, … failed try; together 72 hours. */
export const RETRY_AFTER_MS = [
  1 * MINUTE_MS,
  4 * MINUTE_MS,
  15 * MINUTE_MS,
  40 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  12 * HOUR_MS,
  20 * HOUR_MS,
  32 * HOUR_MS,
] as const;

/** The first try and one after each wait. */
export const TRIES_MAX = RETRY_AFTER_MS.length + 1;

/** After this, a last try without an end counts as stopped. */
const LAST_LEASE_MS = 5 * MINUTE_MS;

/** How long after the start of try number `tryNumber`, counted from 1, the next one is due. */
export function retryAfterMs(tryNumber: number, random: RandomBytes): number {
  const [byte = 0] = random(1);
  const waitMs = RETRY_AFTER_MS[tryNumber - 1] ?? LAST_LEASE_MS;
  return Math.round(waitMs * (0.75 + byte / 510));
}
