/**
 * An event: one change of the state of a charge, forward or checkout session, under an id that never changes, as
 * merchants see it in `GET /v1/events` and in webhooks. `data.object` is the charge, forward, session or refund when
 * the event was copied from the ledger, so it may be newer than the event but never older.
 */
import { toRfc3339 } from '../base/clock.ts';
import { isId } from '../base/ids.ts';
import { eventOf, type LedgerEntry, type LedgerEvent } from '../ledger/entry.ts';
import {
  type ChargeItem,
  type ChargeView,
  chargeView,
  type RefundView,
  refundView,
} from '../payments/charges/charge.ts';
import { type CheckoutItem, checkoutView } from '../payments/checkout/session.ts';
import { type ForwardItem, forwardInEvent } from '../payments/forward/record.ts';
import type { EventView } from './responses.ts';

export type EventfulEntry = ChargeItem | ForwardItem | CheckoutItem;
type EventSubject = EventView['data']['object'];

/** How long an event is listed and can be replayed. The ledger keeps it with its entry for good. */
export const EVENT_KEPT_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

export interface EventItem {
  /** `evt_…`. */
  readonly record_id: string;
  /** The owner, `mer_…/test`: one list of events for each. */
  readonly list: string;
  /** `<RFC 3339>#<event id>`. */
  readonly list_key: string;
  /** The entry of the Ledger that it was copied from. */
  readonly entry_id: string;
  readonly type: string;
  readonly at_ms: number;
  /** From this second on it is neither listed nor sent, and DynamoDB deletes it. */
  readonly expires_at_s: number;
  readonly object: EventSubject;
}

/** The events of an entry that were not copied yet, oldest first. */
export const freshEventsOf = (entry: EventfulEntry): EventItem[] =>
  entry.events.slice(entry.events_taken ?? 0).map((event) => eventItem(entry, event, objectOf(entry, event)));

export const eventItem = (entry: LedgerEntry, event: LedgerEvent, object: EventSubject): EventItem => ({
  record_id: event.id,
  list: entry.owner,
  list_key: `${toRfc3339(event.at_ms)}#${event.id}`,
  entry_id: entry.entry_id,
  type: event.type,
  at_ms: event.at_ms,
  expires_at_s: Math.ceil((event.at_ms + EVENT_KEPT_DAYS * DAY_MS) / 1_000),
  object,
});

const objectOf = (entry: EventfulEntry, event: LedgerEvent): EventSubject => {
  if (isForward(entry)) return forwardInEvent(entry);
  return isCheckout(entry) ? checkoutView(entry, null) : subjectOf(entry, event);
};

const isForward = (entry: EventfulEntry): entry is ForwardItem => isId('fwd', entry.entry_id);
const isCheckout = (entry: EventfulEntry): entry is CheckoutItem => isId('cs', entry.entry_id);

/** An event's id is derived from its charge, type and operation, so its refund is found by deriving the id again. */
function subjectOf(charge: ChargeItem, event: LedgerEvent): ChargeView | RefundView {
  const operations = [...Object.values(charge.operations), ...(charge.pending ? [charge.pending] : [])];
  const refund = operations.find(
    ({ id, kind }) => kind === 'refund' && eventOf(charge.entry_id, event.type, 0, id).id === event.id,
  );
  return refund === undefined ? chargeView(charge) : refundView(charge, refund);
}

export const eventView = (item: EventItem): EventView => ({
  object: 'event',
  id: item.record_id,
  type: item.type,
  created_at: toRfc3339(item.at_ms),
  data: { object: item.object },
});
