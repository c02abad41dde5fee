/** A checkout session as the API returns it to its merchant: with the URL of its payment page, also as a QR code. */

import { qrCode } from '../../shared/payments/checkout/qr-code.ts';
import type { CheckoutSessionView } from '../../shared/payments/checkout/responses.ts';
import { type CheckoutItem, checkoutView } from '../../shared/payments/checkout/session.ts';

export function shownCheckout(
  item: CheckoutItem,
  nowMs: number,
  publicUrl: (path: string) => string,
): CheckoutSessionView {
  const url = publicUrl(`/pay/${item.entry_id}`);
  return checkoutView(item, { nowMs, url, qrCode: qrCode(url) });
}
