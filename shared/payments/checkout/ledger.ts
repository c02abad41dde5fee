/**
 * The writes of a session: each is one conditional update of its entry with the event in the same write (V8, V9). The
 * sweep's index sorts an open session by its expiry and a processing one by the beginning of its payment, so that the
 * sweep finds payments that stopped.
 */
import type { Deps } from '../../base/deps.ts';
import { isId } from '../../base/ids.ts';
import { eventOf } from '../../ledger/entry.ts';
import { changeEntry, type EntryChange, readEntry } from '../../ledger/ledger.ts';
import { type CheckoutItem, type CheckoutPayment, type CheckoutStatus, PAYMENTS_MAX, TRANSITIONS } from './session.ts';

export const readCheckout = async (deps: Deps, id: string): Promise<CheckoutItem | null> =>
  isId('cs', id) ? readEntry(deps, id) : null;

const write = (deps: Deps, id: string, what: EntryChange<CheckoutItem>): Promise<CheckoutItem | null> =>
  changeEntry(deps, id, what);

const CLOSED = ['open_shard', 'open_since_ms'] as const;

/**
 * Claims a session for one payment, before anything is charged; null where another payment has it or it has expired.
 */
export function beginPayment(deps: Deps, item: CheckoutItem, payment: CheckoutPayment): Promise<CheckoutItem | null> {
  const nowMs = deps.clock.nowMs();
  return write(deps, item.entry_id, {
    from: TRANSITIONS.beginPayment.from,
    set: { status: 'processing', payments: [...item.payments, payment], open_since_ms: nowMs },
    remove: [],
    event: eventOf(item.entry_id, 'checkout_session.payment_started', nowMs, String(payment.number)),
    also: {
      condition: 'expires_at_ms > :now AND size(#payments) = :before',
      names: { '#payments': 'payments' },
      values: { ':now': nowMs, ':before': item.payments.length },
    },
  });
}

/** Ends this payment and no later one; null where it was ended already. */
export function endPayment(
  deps: Deps,
  item: CheckoutItem,
  payment: CheckoutPayment,
  outcome: 'paid' | 'refused',
): Promise<CheckoutItem | null> {
  const { entry_id: id, expires_at_ms: endMs, payments } = item;
  const nowMs = deps.clock.nowMs();
  const status = outcome === 'paid' ? 'paid' : afterRefusal(payment.number, nowMs >= endMs);
  const isOpen = status === 'open';
  return write(deps, id, {
    from: TRANSITIONS.endPayment.from,
    set: {
      status,
      payments: payments.map((each) => (each.number === payment.number ? { ...each, outcome } : each)),
      ...(isOpen && { open_since_ms: endMs }),
      ...(status === 'canceled' && { canceled_because: 'payments_used_up' as const }),
    },
    remove: isOpen ? [] : CLOSED,
    event: isOpen
      ? eventOf(id, 'checkout_session.payment_refused', nowMs, String(payment.number))
      : eventOf(id, `checkout_session.${status}`, nowMs),
    also: {
      condition: 'size(#payments) = :number',
      names: { '#payments': 'payments' },
      values: { ':number': payment.number },
    },
  });
}

const afterRefusal = (paymentNumber: number, isOver: boolean): CheckoutStatus => {
  if (paymentNumber >= PAYMENTS_MAX) return 'canceled';
  return isOver ? 'expired' : 'open';
};

/** Cancels for the merchant; null where the session is not open. */
export function cancel(deps: Deps, { entry_id: id }: CheckoutItem): Promise<CheckoutItem | null> {
  return write(deps, id, {
    from: TRANSITIONS.cancel.from,
    set: { status: 'canceled', canceled_because: 'merchant' },
    remove: CLOSED,
    event: eventOf(id, 'checkout_session.canceled', deps.clock.nowMs()),
  });
}

/** Expires the session; null where its time is not over, or it is no longer open. */
export function expire(deps: Deps, { entry_id: id }: CheckoutItem): Promise<CheckoutItem | null> {
  const nowMs = deps.clock.nowMs();
  return write(deps, id, {
    from: TRANSITIONS.expire.from,
    set: { status: 'expired' },
    remove: CLOSED,
    event: eventOf(id, 'checkout_session.expired', nowMs),
    also: { condition: 'expires_at_ms <= :now', values: { ':now': nowMs } },
  });
}
