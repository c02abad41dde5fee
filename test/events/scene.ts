/** A world with webhooks: the deliverer as its function runs it, and receivers on real sockets. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { getItem } from '../../shared/base/dynamo.ts';
import { makeSafeFetch, type SafeFetch } from '../../shared/base/net/safe-fetch.ts';
import { type DeliveryReport, deliverWebhooks } from '../../shared/events/deliver.ts';
import type { EndpointItem } from '../../shared/events/endpoint.ts';
import { addEndpoint, type IssuedEndpoint, removeEndpoint } from '../../shared/events/endpoint-store.ts';
import type { WebhookDeps } from '../../shared/events/send.ts';
import { signedHeaders } from '../../shared/events/signature.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { secretReader } from '../../shared/merchants/secret-store.ts';
import type { EngineKind } from '../setup/engines.ts';
import { openWorld, type Shop, type World } from '../setup/world.ts';
import type { Received } from './receiver.ts';

/** Receivers run on this machine, as in the local runtime. */
const LOCAL = { dangerouslyAllowLoopback: true } as const;

export interface Scene extends World {
  readonly webhooks: WebhookDeps;
  deliver(forMs?: number): Promise<DeliveryReport>;
  /** One run, with its DynamoDB calls through this client. */
  deliverWith(dynamodb: DynamoDBClient): Promise<DeliveryReport>;
  /** One run that sends like this. */
  deliverVia(send: SafeFetch): Promise<DeliveryReport>;
  endpoint(shop: Shop, url: string): Promise<IssuedEndpoint>;
  /** Removes the endpoints and copies what waits, so that no delivery of this test is due in the next. */
  clear(): Promise<void>;
  /** Sends, and waits so long for a response. */
  within(timeoutMs: number): SafeFetch;
}

/** For a receiver that responds, however busy the machine is. */
const PATIENT_MS = 60_000;

export async function openScene(engine?: EngineKind): Promise<Scene> {
  const world = await openWorld(engine);
  const send = makeSafeFetch({ resolve: async () => [], ...LOCAL });
  const within =
    (timeoutMs: number): SafeFetch =>
    (request) =>
      send({ ...request, timeoutMs });
  const webhooks = {
    ...world.deps,
    send: within(PATIENT_MS),
    secrets: secretReader(world.deps),
    deployedAtMs: async () => null,
    tellFirstUse: () => {},
  };
  const scene = Object.create(world) as Scene;
  const made: [merchantId: string, endpointId: string][] = [];
  return Object.assign(scene, {
    webhooks,
    within,
    deliver: (forMs = 40_000) => deliverWebhooks(webhooks, world.clock.nowMs() + forMs),
    deliverWith: (dynamodb: DynamoDBClient) => deliverWebhooks({ ...webhooks, dynamodb }, world.clock.nowMs() + 40_000),
    deliverVia: (other: SafeFetch) => deliverWebhooks({ ...webhooks, send: other }, world.clock.nowMs() + 40_000),
    async endpoint(shop: Shop, url: string) {
      const merchantId = shop.merchant.merchant_id;
      const issued = await addEndpoint(world.deps, { merchantId, mode: 'test', url }, LOCAL);
      made.push([merchantId, issued.endpoint.record_id]);
      return issued;
    },
    async clear() {
      for (const [merchantId, id] of made.splice(0)) {
        const { status } = (await getItem<EndpointItem>(world.deps, 'Events', id)) ?? {};
        if (status !== 'removed') await removeEndpoint(world.deps, merchantId, id);
      }
      await scene.deliver();
    },
  });
}

/** Whether one of the message's signatures is what this secret makes of exactly these bytes. */
export function isSignedWith(secret: Secret | string, { headers, body }: Received): boolean {
  const id = String(headers['webhook-id']);
  const timestampMs = Number(headers['webhook-timestamp']) * 1000;
  const own = typeof secret === 'string' ? new Secret(secret) : secret;
  const expected = signedHeaders([own], { id, timestampMs, body })['webhook-signature'] ?? '';
  return String(headers['webhook-signature']).split(' ').includes(expected);
}
