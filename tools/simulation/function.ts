/**
 * One running function, as Lambda would run it: its own clock, its own deadline, real SDK clients with the retries of
 * production, and nothing it can call that does not go through the network of the story. It can be stopped for good
 * between two calls, or frozen after its time is up and thawed later, as Lambda does with an instance it keeps.
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

/** All that any function of production is given; one of a story may be any of them. */
export type StoryDeps = ForwardDeps & WebhookDeps;

/** What the SDK, or the way out to other companies, hands to the network. */
export interface SentRequest {
  readonly service: ServiceName | Outsider;
  readonly operation: string;
  readonly body: Buffer;
  /** The same for every try of one SDK call. */
  readonly invocation: string;
}

/** How a function reaches the world. */
export interface Outside {
  nowMs(): number;
  pass(durationMs: number): void;
  readonly chance: Chance;
  send(from: SimulatedFunction, request: SentRequest): Promise<AwsResponse>;
}

/** functions/runtime/deps.ts: three tries. */
const TRIES_MAX = 3;
/** Waiting between tries is the one thing that is left out: it costs real time and changes nothing. */
const NO_DELAY_MS = 0;

export class SimulatedFunction {
  readonly name: string;
  readonly deps: StoryDeps;
  readonly #outside: Outside;
  readonly #timeoutMs: number;
  #deadlineMs: number;
  #state: 'running' | 'frozen' | 'stopped' | 'done' = 'running';
  #held: (() => void)[] = [];
  /** SDK calls begun and without a response, and how many of them wait at the network. */
  #open = 0;
  waiting = 0;
  /** How far its clock is off. */
  skewMs = 0;

  constructor(name: string, outside: Outside, timeoutSeconds: number) {
    this.name = name;
    this.#outside = outside;
    this.#timeoutMs = timeoutSeconds * 1000;
    this.#deadlineMs = outside.nowMs() + this.#timeoutMs;
    this.deps = this.#makeDeps();
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }
  get isFrozen(): boolean {
    return this.#state === 'frozen';
  }
  /** Whether nothing will happen in it until the network responds to one of its calls. */
  get isAtRest(): boolean {
    if (this.#state === 'done' || this.#state === 'stopped') return true;
    return this.#open > 0 && this.waiting === this.#open;
  }
  get isOverdue(): boolean {
    return this.#outside.nowMs() >= this.#deadlineMs;
  }

  finish(): void {
    this.#state = 'done';
  }
  /** Nothing after this point happens. */
  stop(): void {
    this.#state = 'stopped';
  }
  freeze(): void {
    this.#state = 'frozen';
  }
  /** Lambda thaws an instance for its next request, whose time is fresh. */
  thaw(): void {
    this.#state = 'running';
    this.#deadlineMs = this.#outside.nowMs() + this.#timeoutMs;
    for (const response of this.#held.splice(0)) this.deliver(response);
  }

  /** Hands a response to the function: at once, when it thaws, or never. */
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
    return { ...cde, secrets: secretReader(cde), send: this.#send, sendNearby: this.#send };
  }

  /** The way out to other companies, whom nothing is sent twice. */
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

  /** A client whose calls are this function's, and are counted, so that the network knows when it rests. */
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

/** Handed through the SDK beside each command: whose network the request goes out on. */
interface WireOptions {
  send(request: SentRequest): Promise<AwsResponse>;
}

type RetryStrategy = Exclude<NonNullable<KMSClientConfig['retryStrategy']>, { retry: unknown }>;
type RetryToken = Awaited<ReturnType<RetryStrategy['acquireInitialRetryToken']>>;

/** The SDK's own idea of what to try again (it names the kind of error), three tries, no delay, no quota. */
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

/** The bytes themselves: the SDK's body is also there as text, and warns when it is asked to. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

function clientOf(service: ServiceName): KMSClientConfig {
  return {
    region: 'ap-northeast-1',
    endpoint: `http://${service}.story`,
    credentials: { accessKeyId: 'AKIASTORYSTORYSTORY1', secretAccessKey: 'the secret of a story' },
    // No one is in between who could change a request, so none is signed.
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

/** Made once: a client costs more than a story's calls, and keeps nothing of one call for the next. */
const CLIENTS = { dynamodb: new DynamoDBClient(clientOf('dynamodb')), kms: new KMSClient(clientOf('kms')) };
