/**
 * A vault of one checkout session, so that the built payment page can be tried with every fault: it serves the page with
 * the texts and headers of the real one, and pays as the real one does: the same token is the same payment, and a session
 * is paid once. flows/payment-link.test.ts has the page against the whole vault.
 */
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { base32 } from '../../shared/base/ids.ts';
import type { Merchant } from '../../shared/merchants/merchant.ts';
import { pageHeaders, readHostedPage } from '../../shared/pages/page.ts';
import { paymentPage } from '../../shared/payments/checkout/page.ts';
import type { CheckoutItem, CheckoutStatus } from '../../shared/payments/checkout/session.ts';
import { listen, send, textOf } from './server.ts';

export interface PaymentVault {
  readonly url: string;
  /** What the session is to the vault. */
  status: CheckoutStatus;
  /** The outcome of the next payment; `processing` where the vault itself does not know. */
  next: 'paid' | 'refused' | 'processing';
  locale: 'en' | 'ja';
  /** A response to a payment is sent after this; what it pays is paid at once. */
  respondsAfter: Promise<void>;
  /** Payments, not requests. */
  readonly payments: { count: number };
  stop(): Promise<void>;
}

const SESSION = `cs_${'a'.repeat(26)}`;
/** As much of a problem document as the page reads. */
export const problem = (code: string): object => ({ type: `urn:fuda:error:${code}`, code });
const STATUS = { paid: 'paid', refused: 'open', processing: 'processing' } as const;

export async function startPaymentVault(webFolder: string): Promise<PaymentVault> {
  const page = readHostedPage(readFileSync(join(webFolder, 'pay.html'), 'utf8'));
  const { publicKey } = await generateKeyPair('ECDH-ES', { crv: 'P-256', extractable: true });
  const captureKey = { ...(await exportJWK(publicKey)), kid: 'ck_test', use: 'enc', alg: 'ECDH-ES' };
  /** The outcome of each payment, by its token. */
  const outcomes = new Map<string, PaymentVault['next']>();
  let tokens = 0;

  const pay = (token: string): readonly [number, object] => {
    if (!outcomes.has(token)) {
      if (vault.status !== 'open') return [409, problem(`checkout_session_${vault.status}`)];
      outcomes.set(token, vault.next);
      vault.payments.count += 1;
      vault.status = STATUS[vault.next];
    }
    const outcome = outcomes.get(token);
    const view = { object: 'checkout_payment', checkout_session: SESSION, outcome, session_status: vault.status };
    return [outcome === 'processing' ? 202 : 200, { ...view, payments_left: 5 - outcomes.size }];
  };

  const server = await listen(async (request: IncomingMessage, response) => {
    switch (`${request.method} ${request.url}`) {
      case `GET /pay/${SESSION}`:
        response.writeHead(200, pageHeaders(page, null));
        return response.end(paymentPage(page.html, { item: item(vault), merchant: MERCHANT }, 0, vault.locale));
      case 'GET /v1/capture-keys':
        return send(response, 200, JSON.stringify({ keys: [captureKey], server_time_ms: Date.now() }));
      case 'POST /v1/tokens':
        if (vault.status !== 'open') {
          return send(response, 409, JSON.stringify(problem(`checkout_session_${vault.status}`)));
        }
        tokens += 1;
        return send(response, 201, JSON.stringify(tokenView(tokens)));
      case `POST /v1/checkout_sessions/${SESSION}/pay`: {
        const [status, body] = pay(JSON.parse(await textOf(request)).token);
        await vault.respondsAfter;
        return send(response, status, JSON.stringify(body));
      }
      default:
        return send(response, 404, JSON.stringify({ code: 'route_not_found' }));
    }
  });

  const vault: PaymentVault = {
    url: `${server.origin}/pay/${SESSION}`,
    status: 'open',
    next: 'paid',
    locale: 'en',
    respondsAfter: Promise.resolve(),
    payments: { count: 0 },
    stop: server.stop,
  };
  return vault;
}

const MERCHANT = { name: 'Chaya' } as unknown as Merchant;

const item = ({ status, locale }: Pick<PaymentVault, 'status' | 'locale'>): CheckoutItem =>
  ({
    entry_id: SESSION,
    mode: 'test',
    status,
    amount_minor: 4180,
    currency: 'JPY',
    description: 'Sencha',
    success_url: 'https://shop.example/orders/1',
    cancel_url: 'https://shop.example/cart',
    expires_at_ms: 1,
    payments: [],
    locale,
  }) as unknown as CheckoutItem;

const tokenView = (count: number): object => ({
  object: 'token',
  id: `tok_${base32(Buffer.from(String(count).padEnd(22, 'x')), 26)}`,
  status: 'active',
  card: { brand: 'visa', bin: '424242', last4: '4242', exp_month: 12, exp_year: 2030, fingerprint: 'fp_test' },
  created_at: '2026-11-23T00:00:00.000Z',
  expires_at: '2026-11-23T00:15:00.000Z',
});
