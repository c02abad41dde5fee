/**
 * One running function, as on Lambda: its own clock and deadline, real SDK clients with the retries of production, and
 * every call through the network of the story. It can be stopped for good between two calls, or frozen after its
 * deadline and thawed later, as Lambda does with an instance it keeps.
 */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import type { SafeFetch } from '../../shared/base/net/safe-fetch.ts';
import type { WebhookDeps } from '../../shared/events/send.ts';
import { secretReader } from '../../shared/merchants/secret-store.ts';
import type { ForwardDeps } from '../../shared/payments/forward/forward.ts';
import type { CdeDeps } from '../../shared/vault/cipher.ts';
import { keyArn } from '../../test/setup/world.ts';
import type { Chance } from './chance.ts';
import { type AwsResponse, type ServiceName, tableName } from './embedded-aws.ts';
import type { Outsider } from './outsiders.ts';
import { PSP_HOST } from './shop.ts';

/** The dependencies of all production functions, because a story's function may be any of them. */
export type StoryDeps = ForwardDeps & WebhookDeps;

/** A request from the SDK, or from safe-fetch to other companies. */
export interface SentRequest {
  readonly service: ServiceName | Outsider;
  readonly operation: string;
  readonly body: Buffer;
  /** The same for every try of one SDK call. */
  readonly invocation: string;
}

/** The function's access to the network and the clock. */
export interface Outside {
  nowMs(): number;
  pass(durationMs: number): void;
  readonly chance: Chance;
  send(from: SimulatedFunction, request: SentRequest): Promise<AwsResponse>;
}

/** functions/runtime/deps.ts: three tries. */
const TRIES_MAX = 3;
/** Delays between tries are left out, because they cost real time and change nothing. */
const NO_DELAY_MS = 0;

export class SimulatedFunction {
  readonly name: string;
  readonly deps: StoryDeps;
  readonly #outside: Outside;
  readonly #timeoutMs: number;
  readonly #endMs: number;
  #deadlineMs: number;
  #state: 'running' | 'frozen' | 'stopped' | 'done' = 'running';
  #held: (() => void)[] = [];
  /** SDK calls without a response, and how many of them wait at the network. */
  #open = 0;
  waiting = 0;
  /** Error of its clock. */
  skewMs = 0;

  constructor(name: string, outside: Outside, timeoutSeconds: number) {
    this.name = name;
    this.#outside = outside;
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#endMs = outside.nowMs() + this.#timeoutMs;
    this.#deadlineMs = this.#endMs;
    this.deps = this.#makeDeps();
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }
  get isFrozen(): boolean {
    return this.#state === 'frozen';
  }
  /** Whether nothing happens in it until the network delivers a response. */
  get isAtRest(): boolean {
    if (this.#state === 'done' || this.#state === 'stopped') return true;
    return this.#open > 0 && this.waiting === this.#open;
  }
  get isOverdue(): boolean {
    return this.#outside.nowMs() >= this.#deadlineMs;
  }

  /** Thawed for a later request, it goes on with its first. */
  get isBeyondItsTime(): boolean {
    return this.#outside.nowMs() >= this.#endMs;
  }

  finish(): void {
    this.#state = 'done';
  }
  /** Nothing happens after this. */
  stop(): void {
    this.#state = 'stopped';
  }
  freeze(): void {
    this.#state = 'frozen';
  }
  /** Lambda thaws an instance for its next request, with a new deadline. */
  thaw(): void {
    this.#state = 'running';
    this.#deadlineMs = this.#outside.nowMs() + this.#timeoutMs;
    for (const response of this.#held.splice(0)) this.deliver(response);
  }

  /** Delivers a response to the function: at once, when it thaws, or never. */
  deliver(response: () => void): void {
    if (this.#state === 'frozen') this.#held.push(response);
    else if (this.#state === 'running') {
      this.waiting -= 1;
      response();
    }
  }

  #makeDeps(): StoryDeps {
    const { chance } = this.#outside;
    const cde: CdeDeps = {
      clock: {
        nowMs: () => this.#outside.nowMs() + this.skewMs,
        sleep: async (durationMs) => this.#outside.pass(durationMs),
      },
      random: (byteLength) => chance.bytes(byteLength),
      dynamodb: this.#own(CLIENTS.dynamodb),
      kms: this.#own(CLIENTS.kms),
      table: tableName,
      key: keyArn,
      mayDecrypt: true,
    };
    // No card of a story is live, so no receiver gets a first one.
    const firstUses = { deployedAtMs: async () => null, tellFirstUse: () => {} };
    return { ...cde, ...firstUses, secrets: secretReader(cde), send: this.#send, sendNearby: this.#send };
  }

  /** Sends a request to another company, once. */
  readonly #send: SafeFetch = async (request) => {
    this.#open += 1;
    const service = new URL(request.url).hostname === PSP_HOST ? 'psp' : 'receiver';
    const sent = Buffer.from(JSON.stringify(request));
    const wire = { service, operation: request.method, body: sent, invocation: 'sent once' } as const;
    const { status, body } = await this.#outside.send(this, wire).finally(() => {
      this.#open -= 1;
    });
    return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(body), isCut: false };
  };

  /** A client that sends calls for this function and counts them, so that the network knows when the function rests. */
  #own<Client extends DynamoDBClient | KMSClient>(client: Client): Client {
    const sendTo = client.send.bind(client) as (command: unknown, options: WireOptions) => Promise<unknown>;
    const send = (command: unknown) => {
      this.#open += 1;
      return sendTo(command, { send: (request) => this.#outside.send(this, request) }).finally(() => {
        this.#open -= 1;
      });
    };
    return Object.assign(Object.create(client) as Client, { send });
  }
}

/** Passed through the SDK with each command: sends the request for the calling function. */
interface WireOptions {
  send(request: SentRequest): Promise<AwsResponse>;
}

type RetryStrategy = Exclude<NonNullable<KMSClientConfig['retryStrategy']>, { retry: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** The SDK's own decision on what to retry (it names the kind of error), three tries, no delay, no quota. */
const threeTries: RetryStrategy = {
  acquireInitialRetryToken: async () => retryToken(0),
  async refreshRetryTokenForRetry(token, { errorType }) {
    const tries = token.getRetryCount() + 1;
    if (errorType === 'CLIENT_ERROR' || tries >= TRIES_MAX) throw new Error('no tries left');
    return retryToken(tries);
  },
  recordSuccess: () => {},
};

const retryToken = (count: number): RetryToken => ({ getRetryCount: () => count, getRetryDelay: () => NO_DELAY_MS });

/** A plain copy, because the SDK's body also has string methods that warn when used. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

function clientOf(service: ServiceName): KMSClientConfig {
  return {
    region: 'ap-northeast-1',
    endpoint: `http://${service}.story`,
    credentials: { accessKeyId: 'AKIASTORYSTORYSTORY1', secretAccessKey: 'the secret of a story' },
    // Requests stay in this process, so none is signed.
    signer: { sign: async (request) => request },
    retryStrategy: threeTries,
    requestHandler: {
      metadata: { handlerProtocol: 'http/1.1' },
      async handle(request: { headers: Record<string, string>; body?: unknown }, options?: object) {
        const response = await (options as WireOptions).send({
          service,
          operation: request.headers['x-amz-target']?.split('.')[1] ?? '',
          body: bytesOf(request.body as Uint8Array),
          invocation: request.headers['amz-sdk-invocation-id'] ?? '',
        });
        const headers = { 'x-amzn-requestid': response.requestId, 'content-type': 'application/x-amz-json-1.0' };
        return { response: { statusCode: response.status, headers, body: Buffer.from(response.body) } };
      },
    },
  };
}

/** Made once, because a client costs more than a story's calls and keeps no state between calls. */
const CLIENTS = { dynamodb: new DynamoDBClient(clientOf('dynamodb')), kms: new KMSClient(clientOf('kms')) };
