/**
 * Every write a session can make, each one conditional update of its one entry with the event in the same write
 * (V8, V9). While it is open its place in the sweep's index is the end of its time; while a payment is under way it is
 * the payment's beginning, so that what stops in the middle is found.
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

/** Claims a session for one payment, before anything is charged; null where another has it or its time is over. */
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

/** Ends the payment it was told of and no later one; null where somebody else has ended it. */
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

/** The merchant takes it back; null where it is not open. */
export function cancel(deps: Deps, { entry_id: id }: CheckoutItem): Promise<CheckoutItem | null> {
  return write(deps, id, {
    from: TRANSITIONS.cancel.from,
    set: { status: 'canceled', canceled_because: 'merchant' },
    remove: CLOSED,
    event: eventOf(id, 'checkout_session.canceled', deps.clock.nowMs()),
  });
}

/** Its time is over; null where it is not, or it is not open any more. */
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
