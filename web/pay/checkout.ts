/**
 * Calls the vault for the payment page: to pay, and to read what became of the session. Only a response that the vault
 * itself wrote counts; a proxy, a firewall or a hotel's sign-in page does not know whether a card was charged.
 */

/** `changed`: the session is in another state than the page shows. `unsent`: this token has paid nothing. */
export type PaymentOutcome = 'paid' | 'refused' | 'changed' | 'unsent' | 'unknown';
export type SessionStatus = 'open' | 'processing' | 'paid' | 'expired' | 'canceled';

export interface Checkout {
  /** Sends one request. Sending the same token again is the same payment, so its response is the vault's word on it. */
  pay(token: string): Promise<PaymentOutcome>;
  /** Null where the vault did not say. */
  status(): Promise<SessionStatus | null>;
}

/** Longer than the vault waits for a processor, and shorter than a shopper's patience. */
const PAY_TIMEOUT_MS = 30_000;
const STATUS_TIMEOUT_MS = 10_000;

type Fetch = (input: URL, init: RequestInit) => Promise<Response>;

/** `pageUrl` is the address of this page, and `baseUrl` that of the vault. */
export function connectCheckout(baseUrl: URL, pageUrl: URL, session: string, fetch: Fetch): Checkout {
  const payUrl = new URL(`v1/checkout_sessions/${encodeURIComponent(session)}/pay`, baseUrl);
  const ask = (url: URL, timeoutMs: number, init: RequestInit): Promise<Response> => {
    const signal = AbortSignal.timeout(timeoutMs);
    return fetch(url, { ...init, signal, cache: 'no-store', credentials: 'omit', redirect: 'error' });
  };
  return {
    pay: (token) => {
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ token });
      return ask(payUrl, PAY_TIMEOUT_MS, { method: 'POST', headers, body }).then(readOutcome, () => 'unknown');
    },
    status: () =>
      ask(pageUrl, STATUS_TIMEOUT_MS, {})
        .then((response) => response.text())
        .then(
          (page) => (page.includes(` data-session="${session}"`) ? readStatus(page) : null),
          () => null,
        ),
  };
}

async function readOutcome(response: Response): Promise<PaymentOutcome> {
  const body: unknown = await response.json().catch(() => null);
  const { object, outcome, session_status: status, type, code } = (body ?? {}) as Readonly<Record<string, unknown>>;
  if (response.ok) {
    if (object !== 'checkout_payment') return 'unknown';
    if (outcome === 'refused' && status === 'open') return 'refused';
    return outcome === 'paid' ? 'paid' : 'changed';
  }
  if (response.status >= 500 || typeof code !== 'string' || type !== `urn:fuda:error:${code}`) return 'unknown';
  if (code.startsWith('checkout_session_')) return 'changed';
  return PAID_NOTHING.test(code) ? 'unsent' : 'unknown';
}

/**
 * What the vault's function says of a token that it has not charged. The same token could have paid with a request before, so
 * what API Gateway or a firewall says of this request says nothing of the payment.
 */
const PAID_NOTHING = /^(?:token_\w+|processor_unavailable)$/;

const readStatus = (page: string): SessionStatus | null =>
  (/ data-status="(open|processing|paid|expired|canceled)"/.exec(page)?.[1] as SessionStatus | undefined) ?? null;
