/**
 * A checkout session: the offer of one payment to the holder of its link. It is an entry of the Ledger, so that each
 * change of its state and the event are one write (V9). A charge moves the money.
 *
 *   open ──► processing ──► paid
 *    ▲           ├──► open       refused, and another card may be tried
 *    │           ├──► canceled   refused, and that was the last payment it allows
 *    │           └──► expired    refused, and its time was over meanwhile
 *    ├──► canceled               by the merchant
 *    └──► expired                by the sweep
 */
import { toRfc3339 } from '../../base/clock.ts';
import { VaultError } from '../../base/errors.ts';
import type { LedgerEntry } from '../../ledger/entry.ts';
import type { Caller } from '../../merchants/merchant.ts';
import type { ChargeStatus, ChargeTerms } from '../charges/charge.ts';
import type { CheckoutSessionView } from './responses.ts';

/** Payments that one session allows: enough for typing errors, few for testing stolen cards. */
export const PAYMENTS_MAX = 5;
/** Long enough to fetch a card, and short, so that a photographed code soon expires. */
export const LIFE_MINUTES = { default: 30, min: 5, max: 24 * 60 } as const;

export type CheckoutStatus = 'open' | 'processing' | 'paid' | 'expired' | 'canceled';

/** Which verb moves a session from which states. */
export const TRANSITIONS = {
  beginPayment: { from: ['open'], to: ['processing'] },
  endPayment: { from: ['processing'], to: ['paid', 'open', 'canceled', 'expired'] },
  cancel: { from: ['open'], to: ['canceled'] },
  expire: { from: ['open'], to: ['expired'] },
} as const satisfies Record<string, { from: readonly CheckoutStatus[]; to: readonly CheckoutStatus[] }>;

/** One try to pay, written before its charge. */
export interface CheckoutPayment {
  /** From 1. */
  readonly number: number;
  /** Derived from session and number alone, so that a repeated payment is charged once (V8). */
  readonly charge_id: string;
  /** SHA-256 of the token that pays; a request with the same token is the same payment. */
  readonly source_record: string;
  /** The merchant's processor for the charge. */
  readonly processor: string;
  /** Random: separates a repeated write of this request from a write of another. */
  readonly nonce: string;
  readonly outcome?: 'paid' | 'refused';
}

/** The fields a repeated request must share with the first (V6). */
export interface CheckoutTerms {
  readonly amount_minor: number;
  readonly currency: string;
  readonly capture: boolean;
  readonly save_card: boolean;
  readonly success_url: string;
  readonly life_minutes: number;
  readonly cancel_url?: string;
  readonly locale?: 'ja' | 'en';
  readonly processor?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** No `day_shard`: a session decrypts no card, so the audit reads its charges and not the session. */
export interface CheckoutItem extends LedgerEntry, CheckoutTerms {
  readonly status: CheckoutStatus;
  readonly expires_at_ms: number;
  /** All payments, oldest first; at most PAYMENTS_MAX. */
  readonly payments: readonly CheckoutPayment[];
  readonly canceled_because?: 'merchant' | 'payments_used_up';
}

/** The current status: past its time an open session is expired, even before the sweep has written so. */
export const statusAt = ({ status, expires_at_ms: endMs }: CheckoutItem, nowMs: number): CheckoutStatus =>
  status === 'open' && nowMs >= endMs ? 'expired' : status;

export const paymentsLeft = ({ payments }: CheckoutItem): number => PAYMENTS_MAX - payments.length;

/** Why it cannot be paid now, or null. */
export function closedBecause(item: CheckoutItem, nowMs: number): VaultError | null {
  const codes = {
    open: null,
    processing: 'checkout_session_busy',
    paid: 'checkout_session_paid',
    expired: 'checkout_session_expired',
    canceled: 'checkout_session_canceled',
  } as const;
  const code = codes[statusAt(item, nowMs)];
  return code === null ? null : new VaultError(code);
}

/** A session's link acts for its merchant, like a publishable key, for this one payment. */
export const payerOf = ({ merchant_id: merchantId, mode, owner }: CheckoutItem): Caller => ({
  merchantId,
  mode,
  kind: 'publishable',
  owner,
});

/** What a payment charges. */
export const chargeTermsOf = (item: CheckoutItem, { source_record, processor }: CheckoutPayment): ChargeTerms => ({
  source_type: 'token',
  source_record,
  amount_minor: item.amount_minor,
  currency: item.currency,
  capture: item.capture,
  save_card: item.save_card,
  processor,
  asked_processor: processor,
  ...(item.description !== undefined && { description: item.description }),
  ...(item.metadata !== undefined && { metadata: item.metadata }),
});

/** The outcome of a charge for its session; null while it is not known. */
export function outcomeOf(status: ChargeStatus): 'paid' | 'refused' | null {
  if (status === 'processing') return null;
  return status === 'declined' || status === 'failed' ? 'refused' : 'paid';
}

/** The idempotency key of a payment's charge. No merchant can send it, because theirs hold no space. */
export const paymentKey = (id: string, paymentNumber: number): string => `checkout ${id} ${paymentNumber}`;

/** What a response adds to the record; null in events, which have neither address nor time. */
export interface ShownCheckout {
  readonly nowMs: number;
  readonly url: string;
  readonly qrCode: string;
}

export const checkoutView = (item: CheckoutItem, shown: ShownCheckout | null): CheckoutSessionView => ({
  object: 'checkout_session',
  id: item.entry_id,
  status: shown === null ? item.status : statusAt(item, shown.nowMs),
  amount: item.amount_minor,
  currency: item.currency,
  capture: item.capture,
  save_card: item.save_card,
  processor: item.processor ?? null,
  url: shown?.url ?? null,
  qr_code: shown?.qrCode ?? null,
  success_url: item.success_url,
  cancel_url: item.cancel_url ?? null,
  locale: item.locale ?? null,
  description: item.description ?? null,
  metadata: item.metadata ?? {},
  payments: item.payments.length,
  charge: item.payments.at(-1)?.charge_id ?? null,
  canceled_because: item.canceled_because ?? null,
  created_at: toRfc3339(item.created_at_ms),
  expires_at: toRfc3339(item.expires_at_ms),
});
