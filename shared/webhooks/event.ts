/**
 * What an event is: one change of a charge's state under an id that never changes, as merchants see it in
 * `GET /v1/events` and in webhooks. `data.object` is the charge, or for refunds the refund, as it was when the event was
 * copied out of the ledger: never older than the event, and sometimes newer.
 */
import { toRfc3339 } from '../base/clock.ts';
import {
  type ChargeEvent,
  type ChargeItem,
  type ChargeView,
  chargeView,
  type RefundView,
  refundView,
} from '../charges/charge.ts';
import { eventOf } from '../charges/ledger.ts';
import type { EventView } from './answers.ts';

export interface EventItem {
  /** `evt_…`. */
  readonly record_id: string;
  /** The owner, `mer_…/test`: one list of events for each. */
  readonly list: string;
  /** `<RFC 3339>#<event id>`. */
  readonly list_key: string;
  readonly charge_id: string;
  readonly type: string;
  readonly at_ms: number;
  readonly object: ChargeView | RefundView;
}

/** The events of a charge that were not copied yet, oldest first. */
export const freshEventsOf = (charge: ChargeItem): EventItem[] =>
  charge.events.slice(charge.events_taken ?? 0).map((event) => eventItem(charge, event));

function eventItem(charge: ChargeItem, event: ChargeEvent): EventItem {
  return {
    record_id: event.id,
    list: charge.owner,
    list_key: `${toRfc3339(event.at_ms)}#${event.id}`,
    charge_id: charge.charge_id,
    type: event.type,
    at_ms: event.at_ms,
    object: subjectOf(charge, event),
  };
}

/** An event's id is derived from its charge, type and operation, so the refund it speaks of can be told from it. */
function subjectOf(charge: ChargeItem, event: ChargeEvent): ChargeView | RefundView {
  const operations = [...Object.values(charge.operations), ...(charge.pending ? [charge.pending] : [])];
  const refund = operations.find(
    ({ id, kind }) => kind === 'refund' && eventOf(charge.charge_id, event.type, 0, id).id === event.id,
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
