/**
 * Finds out from the vault what became of a payment: it sends the same token again, reads the session, and waits longer
 * each time. Both end, and then nothing is known.
 */
import type { Checkout, PaymentOutcome, SessionStatus } from './checkout.ts';

export interface Asking {
  readonly checkout: Checkout;
  readonly nowMs: () => number;
  readonly wait: (pauseMs: number) => Promise<void>;
}

/** Pauses before a token is sent again. */
const PAY_AGAIN_AFTER_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

const FIRST_PAUSE_MS = 3_000;
const PAUSE_GROWTH = 1.25;
const PAUSE_MAX_MS = 15_000;
/** The vault asks the processor each minute, and the shopper can reload at any time. */
const WATCH_MS = 10 * 60_000;

/**
 * API Gateway ends a request after 29 seconds. A session that is still open so long after a payment was sent has not
 * been paid by it, and an earlier `open` may be older than the payment.
 */
export const ARRIVES_WITHIN_MS = 30_000;

/** `sending` runs before each request, `failed` after the first one without a response of the vault. */
export async function payUntilKnown(
  { checkout, wait }: Asking,
  token: string,
  told: { sending(): void; failed(): void },
): Promise<PaymentOutcome> {
  for (const pauseMs of [0, ...PAY_AGAIN_AFTER_MS]) {
    await wait(pauseMs);
    told.sending();
    const outcome = await checkout.pay(token);
    if (outcome !== 'unknown') return outcome;
    told.failed();
    const status = await checkout.status();
    if (status !== null && status !== 'open') return 'changed';
  }
  return 'unknown';
}

/** The status of the session once it is known; null after ten minutes. `sentAtMs`: when the last payment was sent. */
export function watchOutcome(asking: Asking, sentAtMs: number): Promise<SessionStatus | null> {
  const isEarly = (status: SessionStatus) => status === 'open' && asking.nowMs() - sentAtMs < ARRIVES_WITHIN_MS;
  return askUntil(asking, (status) => status !== 'processing' && !isEarly(status));
}

/** The first status that is enough, or null. */
export async function askUntil(
  { checkout, wait }: Asking,
  isEnough: (status: SessionStatus) => boolean,
): Promise<SessionStatus | null> {
  let pauseMs = FIRST_PAUSE_MS;
  for (let waitedMs = 0; waitedMs < WATCH_MS; waitedMs += pauseMs) {
    if (waitedMs > 0) pauseMs = Math.min(pauseMs * PAUSE_GROWTH, PAUSE_MAX_MS);
    await wait(pauseMs);
    const status = await checkout.status();
    if (status !== null && isEnough(status)) return status;
  }
  return null;
}
