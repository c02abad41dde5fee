/**
 * GET /pay/{checkout_session_id}: the payment page of a session, on the vault's own origin and never in a frame. Its
 * headers limit what it can do (shared/pages/page.ts).
 */
import { readFileSync } from 'node:fs';
import { pageHeaders, readHostedPage } from '../../shared/pages/page.ts';
import { readCheckout } from '../../shared/payments/checkout/ledger.ts';
import { isVouchedFor, paymentPage } from '../../shared/payments/checkout/page.ts';
import { payerOf } from '../../shared/payments/checkout/session.ts';
import { makeDeps } from '../runtime/deps.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger'], keys: [] });
const page = readHostedPage(readFileSync(new URL('./assets/pay.html', import.meta.url), 'utf8'));
const headers = pageHeaders(page, null);

export const handler = pipeline(
  deps,
  { key: 'none', isPassedOn: true },
  async ({ path, hasFinalSlash, header, callers }) => {
    const id = path('checkout_session_id');
    // The page and its policy name the vault's other routes relative to its plain address.
    if (hasFinalSlash) return { status: 308, headers: { location: `../${encodeURIComponent(id)}` }, text: '' };
    // The hourly check, and anyone else, may fetch the page as it was built: it shows and does nothing.
    if (id === 'probe') return { status: 200, headers, text: page.html };
    const item = await readCheckout(deps, id);
    const found = item && { item, merchant: await callers.merchant(payerOf(item)) };
    const offer = found && isVouchedFor(found) ? found : null;
    const text = paymentPage(page.html, offer, deps.clock.nowMs(), header('accept-language'));
    return { status: offer === null ? 404 : 200, headers, text };
  },
);
