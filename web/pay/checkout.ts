/**
 * Calls the vault's pay route for the payment page. Sending a token again is the same payment, so a lost response is
 * retried. An outcome that stays unknown is shown after a reload.
 */

/** `changed`: the session is in another state than the page shows. `unsent`: nothing can have been charged. */
type PaymentOutcome = 'paid' | 'refused' | 'changed' | 'unsent' | 'unknown';

export interface Checkout {
  pay(token: string): Promise<PaymentOutcome>;
}

/** Longer than the vault waits for a processor, and shorter than a shopper's patience. */
const REQUEST_TIMEOUT_MS = 30_000;
const TRIES = 3;

type Fetch = (input: URL, init: RequestInit) => Promise<Response>;

export function connectCheckout(baseUrl: URL, session: string, fetch: Fetch): Checkout {
  const url = new URL(`v1/checkout_sessions/${encodeURIComponent(session)}/pay`, baseUrl);
  const send = (token: string): Promise<Response> =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
  return {
    async pay(token) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const outcome = await send(token).then(readOutcome, () => 'unknown' as const);
        if (outcome !== 'unknown') return outcome;
      }
      return 'unknown';
    },
  };
}

async function readOutcome(response: Response): Promise<PaymentOutcome> {
  const body: unknown = await response.json().catch(() => null);
  const { outcome, session_status: status, code } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (response.ok) {
    if (outcome === 'refused' && status === 'open') return 'refused';
    return outcome === 'paid' ? 'paid' : 'changed';
  }
  if (response.status >= 500 || response.status === 429) return 'unknown';
  return typeof code === 'string' && code.startsWith('checkout_session_') ? 'changed' : 'unsent';
}
