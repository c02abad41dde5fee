/**
 * One run of the deliverer: copies the outbox, then serves the endpoints concurrently, each from its own queue within
 * its own limits. An endpoint that fails three times in a row waits for the next run, and a slow one occupies only one
 * of many slots.
 */
import { forEachAtOnce } from '../base/parallel.ts';
import { copyOutbox } from './copy.ts';
import { deliveriesIn, queueOf } from './delivery.ts';
import type { EndpointItem } from './endpoint.ts';
import { hearingEndpoints } from './endpoint-store.ts';
import { type TryOutcome, tryDelivery, type WebhookDeps } from './send.ts';

const ENDPOINTS_AT_ONCE = 64;
const PER_ENDPOINT_AT_ONCE = 16;
/** Limit of one endpoint within a run; a slow one, with tries of ten seconds, frees its slot well before the end. */
const PER_ENDPOINT_MS = 30_000;
const PAGE = 50;
const FAILURES_MAX = 3;

export interface DeliveryReport {
  readonly copied: number;
  /** Entries with events that were not copied; the next run copies them. */
  readonly left: number;
  readonly delivered: number;
  /** Tries without an acceptance, those that made a delivery dead included. */
  readonly failed: number;
  /** Given up in this run. */
  readonly dead: number;
}

/** Starts nothing after `deadlineMs`; a try under way then takes at most SEND_TIMEOUT_MS more. */
export async function deliverWebhooks(deps: WebhookDeps, deadlineMs: number): Promise<DeliveryReport> {
  const endpoints = await hearingEndpoints(deps);
  const { events, left } = await copyOutbox(deps, endpoints, deadlineMs);
  const tally: Record<TryOutcome, number> = { delivered: 0, failed: 0, dead: 0, gone: 0, 'not ours': 0 };
  const active = endpoints.filter(({ status }) => status === 'active');
  await forEachAtOnce(shuffled(active, deps), ENDPOINTS_AT_ONCE, async (endpoint) => {
    // A failure in the vault with one endpoint does not stop the others.
    await serveEndpoint(deps, endpoint, deadlineMs, tally).catch(() => {
      tally.failed += 1;
    });
  });
  const dead = tally.dead + tally.gone;
  return { copied: events, left, delivered: tally.delivered, failed: tally.failed + dead, dead };
}

async function serveEndpoint(
  deps: WebhookDeps,
  endpoint: EndpointItem,
  deadlineMs: number,
  tally: Record<TryOutcome, number>,
): Promise<void> {
  const startMs = deps.clock.nowMs();
  const untilMs = Math.min(deadlineMs, startMs + PER_ENDPOINT_MS);
  let failuresInARow = 0;
  const isOver = () => failuresInARow >= FAILURES_MAX || deps.clock.nowMs() >= untilMs;
  for (let claimed = 1; claimed > 0 && !isOver(); ) {
    claimed = 0;
    const due = await deliveriesIn(deps, queueOf(endpoint.record_id, 'due'), startMs, PAGE);
    await forEachAtOnce(due, PER_ENDPOINT_AT_ONCE, async (delivery) => {
      if (isOver()) return;
      const outcome = await tryDelivery(deps, endpoint, delivery);
      tally[outcome] += 1;
      if (outcome !== 'not ours') claimed += 1;
      if (outcome === 'delivered') failuresInARow = 0;
      if (outcome === 'failed' || outcome === 'dead') failuresInARow += 1;
      if (outcome === 'gone') failuresInARow = FAILURES_MAX;
    });
  }
}

/** A new order each run, so that with too many endpoints the same ones are not always left out. */
function shuffled(endpoints: readonly EndpointItem[], deps: WebhookDeps): EndpointItem[] {
  const bytes = deps.random(endpoints.length * 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return endpoints
    .map((endpoint, index) => ({ endpoint, rank: view.getUint32(index * 4) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ endpoint }) => endpoint);
}
