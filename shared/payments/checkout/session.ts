/**
 * What a checkout session is: the offer of one payment to whoever holds its link. It is an entry of the Ledger, so that
 * each change of its state and the event that tells of it are one write (V9); the money itself is a charge.
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
import type { CheckoutSessionView } from './answers.ts';

/** Payments that one session lets be tried: enough for a person who mistypes, few for one who tries out cards. */
export const PAYMENTS_MAX = 5;
/** A photographed code is worthless after it; long enough to find a card. */
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
  /** Under a key that only this session and number make, so that a payment is charged once however often it is sent (V8). */
  readonly charge_id: string;
  /** SHA-256 of the token that pays; a request with the same token is the same payment. */
  readonly source_record: string;
  /** The merchant's processor that is asked. */
  readonly processor: string;
  /** Random: tells our own repeated write from another request's. */
  readonly attempt: string;
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

/** No `day_shard`: a session opens no card, so the auditor's list of reasons has its charges and not the session. */
export interface CheckoutItem extends LedgerEntry, CheckoutTerms {
  readonly status: CheckoutStatus;
  readonly expires_at_ms: number;
  /** All that were begun, oldest first; at most PAYMENTS_MAX. */
  readonly payments: readonly CheckoutPayment[];
  readonly canceled_because?: 'merchant' | 'payments_used_up';
}

/** As it is now: a session whose time is over is expired even before the sweep has written so. */
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

/** Whoever holds a session's link acts for its merchant, as with a publishable key, and for this one payment. */
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
  ...(item.description !== undefined && { description: item.description }),
  ...(item.metadata !== undefined && { metadata: item.metadata }),
});

/** What became of a charge, as its session counts it; null while that is not known. */
export function outcomeOf(status: ChargeStatus): 'paid' | 'refused' | null {
  if (status === 'processing') return null;
  return status === 'declined' || status === 'failed' ? 'refused' : 'paid';
}

/** The idempotency key of a payment's charge. No merchant can send one like it: theirs hold no space. */
export const paymentKey = (id: string, paymentNumber: number): string => `checkout ${id} ${paymentNumber}`;

/** What a session is shown with beside its record; null in events, which know neither address nor time. */
export interface Shown {
  readonly nowMs: number;
  readonly url: string;
  readonly qrCode: string;
}

export const checkoutView = (item: CheckoutItem, shown: Shown | null): CheckoutSessionView => ({
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
