/**
 * Pays a session. The order keeps the promises (V4, V6, V8): claim the session for payment number n, charge under a key
 * that only this session and n derive, record the outcome in the session. The sweep ends a payment that stops anywhere,
 * and no other can begin before that.
 */
import { VaultError } from '../../base/errors.ts';
import { isId, randomText } from '../../base/ids.ts';
import type { CdeDeps } from '../../vault/cipher.ts';
import { readToken, type TokenItem, tokenHash, tokenRefusal } from '../../vault/tokens.ts';
import { type ChargeView, chargeIdFor } from '../charges/charge.ts';
import { createCharge } from '../charges/create.ts';
import { processorFor } from '../processors/registry.ts';
import { notFound } from './checkout.ts';
import { beginPayment, endPayment, readCheckout } from './ledger.ts';
import type { CheckoutPaymentView } from './responses.ts';
import {
  type CheckoutItem,
  type CheckoutPayment,
  closedBecause,
  outcomeOf,
  payerOf,
  paymentKey,
  paymentsLeft,
  statusAt,
} from './session.ts';

export interface Paid {
  readonly payment: CheckoutPaymentView;
  /** Present where this request made the charge. */
  readonly charge?: ChargeView;
}

/**
 * Pays with a one-time token; sending the same token again is the same payment (V6). Throws `checkout_session_…` where
 * the session cannot be paid, and the refusals of the token; neither counts as a payment.
 */
export async function payCheckout(cde: CdeDeps, id: string, token: string): Promise<Paid> {
  const record = tokenHash(token);
  // Read before the session, so that a token which this session has spent is found among its payments.
  const found = isId('tok', token) ? await readToken(cde, record) : null;
  const item = await readCheckout(cde, id);
  if (item === null) throw notFound();
  const known = paymentWith(item, record);
  if (known !== undefined) return { payment: paymentView(cde, item, known) };
  const refusal = closedBecause(item, cde.clock.nowMs());
  if (refusal !== null) throw refusal;
  const payment = await newPayment(cde, item, found, record);
  const begun = (await beginPayment(cde, item, payment)) ?? (await readCheckout(cde, id)) ?? item;
  const first = paymentWith(begun, record);
  if (first?.nonce === payment.nonce) return carryOut(cde, begun, payment, token);
  if (first !== undefined) return { payment: paymentView(cde, begun, first) };
  throw closedBecause(begun, cde.clock.nowMs()) ?? new VaultError('checkout_session_busy');
}

const paymentWith = ({ payments }: CheckoutItem, record: string): CheckoutPayment | undefined =>
  payments.find(({ source_record }) => source_record === record);

/** Checks everything that can refuse the payment before the session is claimed. */
async function newPayment(
  cde: CdeDeps,
  item: CheckoutItem,
  found: TokenItem | null,
  record: string,
): Promise<CheckoutPayment> {
  const refusal = tokenRefusal(found, { owner: item.owner, nowMs: cde.clock.nowMs(), param: 'token' });
  if (refusal !== null) throw refusal;
  const processor = await processorFor(cde, payerOf(item), item.processor);
  const number = item.payments.length + 1;
  return {
    number,
    charge_id: chargeIdFor(item.owner, paymentKey(item.entry_id, number)),
    source_record: record,
    processor: processor.name,
    nonce: randomText(cde.random),
  };
}

async function carryOut(cde: CdeDeps, item: CheckoutItem, payment: CheckoutPayment, token: string): Promise<Paid> {
  const { amount_minor: amount, currency, capture, save_card, description, metadata } = item;
  const request = {
    source: token,
    amount,
    currency,
    capture,
    save_card,
    processor: payment.processor,
    ...(description !== undefined && { description }),
    ...(metadata !== undefined && { metadata }),
  };
  const made = createCharge(cde, payerOf(item), request, paymentKey(item.entry_id, payment.number));
  const charge = await made.catch((error: unknown) => refusedSource(error));
  const outcome = charge === null ? 'refused' : outcomeOf(charge.status);
  const ended = outcome === null ? null : await endPayment(cde, item, payment, outcome);
  const now = ended ?? (await readCheckout(cde, item.entry_id)) ?? item;
  return { payment: paymentView(cde, now, payment), ...(charge !== null && { charge }) };
}

/** The token was spent or expired since it was read, so its charge has failed. The sweep ends every other case. */
function refusedSource(error: unknown): null {
  if (error instanceof VaultError && error.detail.charge !== undefined) return null;
  throw error;
}

function paymentView(cde: CdeDeps, item: CheckoutItem, { number }: CheckoutPayment): CheckoutPaymentView {
  return {
    object: 'checkout_payment',
    checkout_session: item.entry_id,
    outcome: item.payments[number - 1]?.outcome ?? 'processing',
    session_status: statusAt(item, cde.clock.nowMs()),
    payments_left: paymentsLeft(item),
  };
}
