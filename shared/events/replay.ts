/**
 * Replays one event, or all dead deliveries of an endpoint, for the operator. An event keeps its id, so a receiver that
 * already has it can ignore it.
 */
import type { Deps } from '../base/deps.ts';
import { isId } from '../base/ids.ts';
import { MerchantError } from '../merchants/merchant-store.ts';
import { deliveriesIn, queueOf, readDelivery, requeue } from './delivery.ts';
import { requireEndpoint, setEndpointStatus } from './endpoint-store.ts';

const PAGE = 100;
/** Limit of one command; the next one continues. */
export const REPLAY_MAX = 1_000;

/** Queues deliveries again and returns how many. A gone endpoint becomes active. Throws MerchantError. */
export async function replay(
  deps: Deps,
  wanted: { readonly merchantId: string; readonly endpointId: string; readonly eventId?: string | undefined },
): Promise<number> {
  const { merchantId, endpointId, eventId } = wanted;
  const endpoint = await requireEndpoint(deps, merchantId, endpointId);
  if (endpoint.status === 'gone') await setEndpointStatus(deps, endpointId, 'active');
  return eventId === undefined ? replayDead(deps, endpointId) : replayEvent(deps, endpointId, eventId);
}

async function replayEvent(deps: Deps, endpointId: string, eventId: string): Promise<number> {
  const delivery = isId('evt', eventId) ? await readDelivery(deps, eventId, endpointId) : null;
  if (delivery === null) throw new MerchantError('No such event was ever queued for this endpoint.');
  return (await requeue(deps, delivery)) === null ? 0 : 1;
}

async function replayDead(deps: Deps, endpointId: string): Promise<number> {
  let count = 0;
  while (count < REPLAY_MAX) {
    const dead = await deliveriesIn(deps, queueOf(endpointId, 'dead'), deps.clock.nowMs(), PAGE);
    const moved = await Promise.all(dead.map((delivery) => requeue(deps, delivery)));
    const some = moved.filter((delivery) => delivery !== null).length;
    count += some;
    if (some === 0) break;
  }
  return count;
}
