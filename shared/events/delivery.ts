/**
 * A delivery: one event on its way to one endpoint. Each endpoint has its own queue, so that a slow or dead one delays
 * no other, and a second queue for dead deliveries. Every step is one conditional write on the delivery, which refuses
 * a second sender and a repeated step.
 */
import type { Deps } from '../base/deps.ts';
import { change, getItem, getItems, putNew, queryIndex } from '../base/dynamo.ts';
import { derivedId, randomText } from '../base/ids.ts';
import type { EndpointItem } from './endpoint.ts';
import type { EventItem } from './event.ts';
import { retryAfterMs } from './retry.ts';

export interface DeliveryItem {
  /** `dlv_…`, derived from event and endpoint: an event goes to an endpoint once. */
  readonly record_id: string;
  readonly event_id: string;
  readonly endpoint_id: string;
  readonly status: 'pending' | 'delivered' | 'dead';
  /** Absent once delivered. */
  readonly queue?: string;
  /** When it is due, or when it was given up. */
  readonly due_at_ms: number;
  /** The same as the event's. */
  readonly expires_at_s: number;
  /** Tries begun, in this round if it was replayed. */
  readonly tries: number;
  /** Random, of the sender that claimed the last try. */
  readonly claim?: string;
  /** HTTP status of the try that ended last, or a code for a missing response. */
  readonly last_response?: string;
}

export const queueOf = (endpointId: string, kind: 'due' | 'dead'): string => `${kind}/${endpointId}`;

const deliveryId = (eventId: string, endpointId: string): string => derivedId('dlv', eventId, endpointId);

/** Queues a delivery, due at once; false where it was queued before. */
export function queueDelivery(deps: Deps, event: EventItem, endpoint: EndpointItem): Promise<boolean> {
  const item: DeliveryItem = {
    record_id: deliveryId(event.record_id, endpoint.record_id),
    event_id: event.record_id,
    endpoint_id: endpoint.record_id,
    status: 'pending',
    queue: queueOf(endpoint.record_id, 'due'),
    due_at_ms: event.at_ms,
    expires_at_s: event.expires_at_s,
    tries: 0,
  };
  return putNew(deps, 'Events', item);
}

export const readDelivery = (deps: Deps, eventId: string, endpointId: string): Promise<DeliveryItem | null> =>
  getItem(deps, 'Events', deliveryId(eventId, endpointId));

/** The deliveries in one of an endpoint's queues that are due by a time, oldest first. */
export async function deliveriesIn(deps: Deps, queue: string, untilMs: number, limit: number): Promise<DeliveryItem[]> {
  const page = await queryIndex(deps, 'Events', 'queues', {
    partition: ['queue', queue],
    sort: ['due_at_ms', '<=', untilMs],
    limit,
  });
  const ids = page.keys.map((key) => String(key.record_id));
  const items = ids.length === 0 ? [] : await getItems<DeliveryItem>(deps, 'Events', ids);
  const nowS = deps.clock.nowMs() / 1_000;
  // The index may lag behind the items, and DynamoDB deletes expired items days late.
  return items.filter((item) => item.queue === queue && item.due_at_ms <= untilMs && item.expires_at_s > nowS);
}

/**
 * Claims one try: counts it and schedules the next one in the same write, before anything is sent. Two senders
 * cannot claim the same try, and one that stops in the middle only loses that try. A claim holds that the SDK sent
 * again because it lost the response: otherwise the event would wait for the next try.
 */
export function claimTry(deps: Deps, seen: DeliveryItem): Promise<DeliveryItem | null> {
  return change<DeliveryItem>(deps, 'Events', seen.record_id, {
    update: 'SET tries = :try, due_at_ms = :next, claim = :claim',
    condition: '#queue = :due AND (due_at_ms = :seen OR claim = :claim)',
    names: { '#queue': 'queue' },
    values: {
      ':try': seen.tries + 1,
      ':next': deps.clock.nowMs() + retryAfterMs(seen.tries + 1, deps.random),
      ':claim': randomText(deps.random),
      ':due': queueOf(seen.endpoint_id, 'due'),
      ':seen': seen.due_at_ms,
    },
  });
}

/** Ends a try. A failed delivery stays in the queue, due when the claim said. */
export function endTry(
  deps: Deps,
  { record_id: id, endpoint_id: endpointId }: DeliveryItem,
  status: DeliveryItem['status'],
  response: string,
): Promise<DeliveryItem | null> {
  const moves = {
    pending: '',
    delivered: ' REMOVE #queue',
    dead: ', #queue = :dead, due_at_ms = :now',
  } as const;
  return change<DeliveryItem>(deps, 'Events', id, {
    update: `SET #status = :status, last_response = :response${moves[status]}`,
    // A late failure of one sender must not undo the delivery of another.
    condition: '#queue = :due',
    names: { '#status': 'status', '#queue': 'queue' },
    values: {
      ':status': status,
      ':response': response,
      ':due': queueOf(endpointId, 'due'),
      ...(status === 'dead' && { ':dead': queueOf(endpointId, 'dead'), ':now': deps.clock.nowMs() }),
    },
  });
}

/** Queues a dead or delivered one again, due at once, with all its tries. */
export function requeue(deps: Deps, { record_id: id, endpoint_id: endpointId }: DeliveryItem) {
  return change<DeliveryItem>(deps, 'Events', id, {
    update: 'SET #status = :pending, #queue = :due, due_at_ms = :now, tries = :none',
    condition: '#status <> :pending',
    names: { '#status': 'status', '#queue': 'queue' },
    values: { ':pending': 'pending', ':due': queueOf(endpointId, 'due'), ':now': deps.clock.nowMs(), ':none': 0 },
  });
}
