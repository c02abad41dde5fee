/** A world with webhooks: the deliverer as its function runs it, and receivers on real sockets. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { makeSafeFetch, type SafeFetch } from '../../shared/base/safe-fetch.ts';
import { Secret } from '../../shared/merchants/secret.ts';
import { secretReader } from '../../shared/merchants/secrets.ts';
import type { WebhookDeps } from '../../shared/webhooks/attempt.ts';
import { type DeliveryReport, deliverWebhooks } from '../../shared/webhooks/deliver.ts';
import { addEndpoint, type IssuedEndpoint } from '../../shared/webhooks/endpoints.ts';
import { signedHeaders } from '../../shared/webhooks/signature.ts';
import type { EngineKind } from '../setup/engines.ts';
import { openWorld, type Shop, type World } from '../setup/world.ts';
import type { Received } from './receiver.ts';

/** Receivers run on this machine, as in the local runtime. */
export const LOCAL = { dangerouslyAllowLoopback: true } as const;

export interface Scene extends World {
  readonly webhooks: WebhookDeps;
  deliver(forMs?: number): Promise<DeliveryReport>;
  /** One run whose DynamoDB calls go through this client. */
  deliverWith(dynamodb: DynamoDBClient): Promise<DeliveryReport>;
  /** One run that sends like this, and is cut off after `forMs` if it has not ended. */
  deliverVia(send: SafeFetch, forMs: number): Promise<DeliveryReport | 'stopped'>;
  endpoint(shop: Shop, url: string): Promise<IssuedEndpoint>;
  /** Sends with the time limit it is given, however long the runs of this scene wait. */
  readonly patient: SafeFetch;
}

export async function openScene(engine: EngineKind, attemptTimeoutMs = 10_000): Promise<Scene> {
  const world = await openWorld(engine);
  const send = makeSafeFetch({ resolve: async () => [], ...LOCAL });
  const impatient: SafeFetch = (request) => send({ ...request, timeoutMs: attemptTimeoutMs });
  const webhooks = { ...world.deps, send: impatient, secrets: secretReader(world.deps) };
  const scene = Object.create(world) as Scene;
  return Object.assign(scene, {
    webhooks,
    patient: send,
    deliver: (forMs = 40_000) => deliverWebhooks(webhooks, world.clock.nowMs() + forMs),
    deliverWith: (dynamodb: DynamoDBClient) => deliverWebhooks({ ...webhooks, dynamodb }, world.clock.nowMs() + 40_000),
    deliverVia: (other: SafeFetch, forMs: number) =>
      Promise.race([
        deliverWebhooks({ ...webhooks, send: other }, world.clock.nowMs() + 40_000),
        new Promise((resolve) => setTimeout(resolve, forMs, 'stopped')),
      ]),
    endpoint: (shop: Shop, url: string) =>
      addEndpoint(world.deps, { merchantId: shop.merchant.merchant_id, mode: 'test', url }, LOCAL),
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
