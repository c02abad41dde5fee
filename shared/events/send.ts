/**
 * One try to deliver one event: build the message, send it, judge the response. Only 2xx is a delivery; 410 says
 * that the endpoint is gone for good (Standard Webhooks 1.0); everything else is retried later. Only the status of a
 * response is kept.
 */
import { getItem } from '../base/dynamo.ts';
import { needs } from '../base/errors.ts';
import { type IncomingResponse, type SafeFetch, SafeFetchError } from '../base/net/safe-fetch.ts';
import type { Secret } from '../merchants/secret.ts';
import type { SecretReader } from '../merchants/secret-store.ts';
import { claimTry, type DeliveryItem, endTry } from './delivery.ts';
import { activeVersions, type EndpointItem, secretName, secretUse } from './endpoint.ts';
import { setEndpointStatus } from './endpoint-store.ts';
import { type EventItem, eventView } from './event.ts';
import type { FirstUseDeps } from './first-use.ts';
import { TRIES_MAX } from './retry.ts';
import { signedHeaders } from './signature.ts';

/** In addition, deliveries need safe-fetch and the merchants' signing secrets. */
export interface WebhookDeps extends FirstUseDeps {
  readonly send: SafeFetch;
  readonly secrets: SecretReader;
}

export const SEND_TIMEOUT_MS = 10_000;
/** Only the status of a response counts; reading a short body lets the receiver finish sending it. */
const RESPONSE_BYTES_MAX = 8 * 1024;

/** `dead`: the last try failed. */
export type TryOutcome = 'delivered' | 'failed' | 'dead' | 'gone' | 'not ours';

export async function tryDelivery(deps: WebhookDeps, endpoint: EndpointItem, seen: DeliveryItem): Promise<TryOutcome> {
  if (seen.tries >= TRIES_MAX) {
    await endTry(deps, seen, 'dead', seen.last_response ?? 'interrupted');
    return 'dead';
  }
  const delivery = await claimTry(deps, seen);
  if (delivery === null) return 'not ours';
  const response = await sendEvent(deps, endpoint, delivery).catch(reasonOf);
  const outcome = judge(response);
  const isLast = outcome === 'gone' || delivery.tries >= TRIES_MAX;
  const status = outcome === 'delivered' ? 'delivered' : isLast ? 'dead' : 'pending';
  if (outcome === 'gone') await setEndpointStatus(deps, endpoint.record_id, 'gone');
  await endTry(deps, delivery, status, String(response));
  return outcome === 'failed' && status === 'dead' ? 'dead' : outcome;
}

/** The response's HTTP status. */
async function sendEvent(deps: WebhookDeps, endpoint: EndpointItem, delivery: DeliveryItem): Promise<number> {
  const nowMs = deps.clock.nowMs();
  const [event, secrets] = await Promise.all([
    getItem<EventItem>(deps, 'Events', delivery.event_id),
    signingSecrets(deps, endpoint, nowMs),
  ]);
  needs(event, 'an event is copied before its deliveries are queued');
  needs(event.list === endpoint.owner, 'an event goes to its own merchant only');
  const { status }: IncomingResponse = await deps.send({
    ...messageFor(event, secrets, nowMs),
    url: endpoint.url,
    timeoutMs: SEND_TIMEOUT_MS,
    responseBytesMax: RESPONSE_BYTES_MAX,
  });
  return status;
}

function messageFor(event: EventItem, secrets: readonly Secret[], nowMs: number) {
  const body = JSON.stringify(eventView(event));
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Fuda-Webhooks/1',
      ...signedHeaders(secrets, { id: event.record_id, timestampMs: nowMs, body }),
    },
    body,
  };
}

async function signingSecrets(deps: WebhookDeps, endpoint: EndpointItem, nowMs: number): Promise<Secret[]> {
  const versions = activeVersions(endpoint, nowMs);
  const { merchant_id: merchantId, record_id: id } = endpoint;
  const wanted = versions.map(({ version }) => ({ merchantId, name: secretName(id, version), use: secretUse(id) }));
  const secrets = await Promise.all(wanted.map((each) => deps.secrets.read(each)));
  return secrets.filter((secret) => secret !== null);
}

/** A code for a missing response. */
const reasonOf = (error: unknown): string => (error instanceof SafeFetchError ? error.code : 'internal');

function judge(response: number | string): 'delivered' | 'failed' | 'gone' {
  if (response === 410) return 'gone';
  return typeof response === 'number' && response >= 200 && response < 300 ? 'delivered' : 'failed';
}
