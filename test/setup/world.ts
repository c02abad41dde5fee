/**
 * One test's world: the real verbs over an embedded DynamoDB and KMS, reached through the real AWS SDK and the local
 * endpoint, with a clock that the test moves and every AWS call on record. Permissions are open here; the flow tests,
 * which run the deployed bundles, are where they are checked.
 */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient, type KMSClientConfig } from '@aws-sdk/client-kms';
import { dynamoDbService } from '../../local/dynamodb/handler.ts';
import { type EndpointOptions, respond, startEndpoint } from '../../local/endpoint/endpoint.ts';
import type { ServiceEvent } from '../../local/endpoint/event.ts';
import { Authorizer } from '../../local/iam/authorizer.ts';
import type { Principal } from '../../local/iam/principal.ts';
import { kmsService } from '../../local/kms/handler.ts';
import { openKeyStore } from '../../local/kms/keys.ts';
import type { KeyDefinition, TemplateTable } from '../../local/template/storage.ts';
import type { Clock } from '../../shared/base/clock.ts';
import { KEYS, type KeyName, keyKind, TABLES, type TableName } from '../../shared/base/tables.ts';
import type { Caller, Merchant } from '../../shared/merchants/merchant.ts';
import { createMerchant } from '../../shared/merchants/merchant-store.ts';
import { Attempts } from '../../shared/risk/attempts.ts';
import type { CdeDeps } from '../../shared/vault/cipher.ts';
import { type CaptureKeyRing, captureKeyRing, rotateCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import { CallerKeys, COMMAND_LINE, signAsCallers } from './callers.ts';
import { drawBytes } from './draws.ts';
import { ENGINES, type EngineKind } from './engines.ts';
import { type Names, UseNotes } from './permission-uses.ts';

const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';
const SECRET = { accessKeyId: 'AKIAWORLD', secretAccessKey: 'the world of one test' };
const OPEN = { Effect: 'Allow' as const, Action: '*', Resource: '*' };
const OPEN_POLICY = { Version: '2012-10-17', Statement: [OPEN] };
const OPEN_KEY_POLICY = { Version: '2012-10-17', Statement: [{ ...OPEN, Principal: '*' }] };

/** However busy the machine is, a test's attempts are counted. */
const COUNT_WITHIN_MS = 60_000;

/** 2026-06-15T03:00:00Z, a day in the middle of everything. */
export const START_MS = Date.UTC(2026, 5, 15, 3);

export interface TestClock extends Clock {
  advance(durationMs: number): void;
}

/** Stands still until told; sleeping takes no real time and moves it on. */
export function testClock(startMs = START_MS): TestClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    advance: (durationMs) => {
      nowMs += durationMs;
    },
    sleep: async (durationMs) => {
      nowMs += durationMs;
    },
  };
}

export interface World extends AsyncDisposable {
  readonly deps: CdeDeps;
  readonly clock: TestClock;
  readonly ring: CaptureKeyRing;
  readonly attempts: Attempts;
  /** What kept attempts from being counted. */
  readonly uncounted: readonly unknown[];
  /** Names of the AWS calls since the last `forget()`, such as `kms:Decrypt PanKey` or `dynamodb:PutItem Ledger`. */
  readonly calls: readonly string[];
  readonly events: readonly ServiceEvent[];
  forget(): void;
  /** A new merchant with its test-mode callers. */
  merchant(settings?: { readonly tokenTtlMinutes?: number }): Promise<Shop>;
}

export interface Shop {
  readonly merchant: Merchant;
  readonly publishable: Caller & { readonly apiKey: string };
  readonly secret: Caller;
}

export async function openWorld(kind: EngineKind = ENGINES[0]): Promise<World> {
  const clock = testClock();
  const id = randomUUID().slice(0, 8);
  const directory = join(tmpdir(), `fuda-world-${id}`);
  const tables = tableDefinitions(id);
  const events: ServiceEvent[] = [];
  const uncounted: unknown[] = [];
  const uses = new UseNotes();
  const callers = new CallerKeys(SECRET.accessKeyId);
  const authorizer = new Authorizer(ACCOUNT, uses.observe);
  const engine = await kind.start(tables);
  const keys = openKeyStore(join(directory, 'keys.json'), keyDefinitions(), drawBytes, clock.nowMs());
  const aws: EndpointOptions = {
    services: [dynamoDbService(engine, tables, authorizer), kmsService({ keys, random: drawBytes }, authorizer)],
    findPrincipal: (accessKeyId) => {
      const chain = accessKeyId === SECRET.accessKeyId ? COMMAND_LINE : callers.callersOf(accessKeyId);
      return chain === undefined ? undefined : { ...everyone(), identityArn: chain };
    },
    record: (event) => void events.push(event),
    onFailure: (error) => console.error(error),
  };
  // For what runs in another process; the clients of the test itself need no socket.
  const endpoint = await startEndpoint(aws);
  const requestHandler = handlerOf(aws);
  const client = { endpoint: endpoint.url, region: REGION, credentials: SECRET, maxAttempts: 1, requestHandler };
  const dynamodb = new DynamoDBClient(client);
  const kms = new KMSClient(client);
  for (const each of [dynamodb, kms]) signAsCallers(each, callers);
  const deps: CdeDeps = {
    clock,
    random: (length) => new Uint8Array(drawBytes(length)),
    dynamodb,
    kms,
    table: (name) => `${name}-${id}`,
    key: keyArn,
    mayDecrypt: true,
  };
  const close = async (): Promise<void> => {
    dynamodb.destroy();
    kms.destroy();
    await endpoint.stop();
    await engine.stop();
    uses.save(NAMES);
    rmSync(directory, { recursive: true, force: true });
  };
  // A world that fails to open must not leave its servers behind.
  await rotateCaptureKeys(deps).catch((error: unknown) => close().then(() => Promise.reject(error)));
  return {
    deps,
    clock,
    ring: captureKeyRing(deps),
    attempts: new Attempts(deps, (error) => void uncounted.push(error), COUNT_WITHIN_MS),
    uncounted,
    events,
    get calls() {
      return events.map(callName);
    },
    forget: () => void events.splice(0),
    merchant: (settings = {}) => openShop(deps, settings),
    [Symbol.asyncDispose]: close,
  };
}

/** The bytes themselves: the SDK's body is also there as text, and warns when it is asked to. */
const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer => Buffer.from(buffer, byteOffset, byteLength);

/** Hands the SDK's requests to the endpoint as they would go over the wire, without a wire. */
function handlerOf(aws: EndpointOptions): NonNullable<KMSClientConfig['requestHandler']> {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle({ method, path, headers, body }: HttpRequest) {
      const sent = { method, path, headers, body: bytesOf(body), sourceIp: '127.0.0.1' };
      const { status, headers: received, body: response } = await respond(aws, sent);
      return { response: { statusCode: status, headers: received, body: Buffer.from(response) } };
    },
  };
}

interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

async function openShop(deps: CdeDeps, settings: { readonly tokenTtlMinutes?: number }): Promise<Shop> {
  const { merchant, keys } = await createMerchant(deps, {
    name: 'Chaya',
    allowedOrigins: ['https://shop.example'],
    ...settings,
  });
  const { merchant_id: merchantId } = merchant;
  const caller = { merchantId, mode: 'test', owner: `${merchantId}/test` } as const;
  const apiKey =
    keys.find(({ record }) => record.kind === 'publishable' && record.mode === 'test')?.key.clearText() ?? '';
  return {
    merchant,
    publishable: { ...caller, kind: 'publishable', apiKey },
    secret: { ...caller, kind: 'secret' },
  };
}

/** `arn:…:table/Ledger-1f6ab1c0/index/open` → `Ledger/index/open`. */
const NAMES: Names = {
  by: 'verb',
  who: ({ identityArn }) => identityArn,
  resource: (arn) =>
    KEY_NAMES.find((name) => keyArn(name) === arn) ?? arn.replace(/^.*:table\/(\w+)-[^/]+/, (_, name: string) => name),
};

const KEY_NAMES = [...Object.keys(KEYS), 'FormerPanKey'] as KeyName[];
const keyId = (name: KeyName): string => `00000000-0000-4000-8000-00000000000${KEY_NAMES.indexOf(name)}`;
export const keyArn = (name: KeyName): string => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId(name)}`;

export const keyDefinitions = (): KeyDefinition[] =>
  KEY_NAMES.map((name) => ({
    logicalId: name,
    keyId: keyId(name),
    arn: keyArn(name),
    spec: keyKind(name).spec,
    usage: keyKind(name).spec === 'HMAC_256' ? 'GENERATE_VERIFY_MAC' : 'ENCRYPT_DECRYPT',
    enabled: true,
    description: name,
    policy: OPEN_KEY_POLICY,
  }));

export function tableDefinitions(id: string): TemplateTable[] {
  return Object.entries(TABLES).map(([name, definition]) => {
    const indexes = Object.entries(definition.indexes);
    const types = new Map<string, 'S' | 'N'>([[definition.key, 'S']]);
    for (const [, index] of indexes) types.set(index.partition, 'S').set(index.sort, index.sortType);
    return {
      logicalId: name,
      name: `${name}-${id}`,
      arn: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}-${id}`,
      schema: {
        KeySchema: [{ AttributeName: definition.key, KeyType: 'HASH' }],
        AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
        GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
          IndexName,
          KeySchema: [
            { AttributeName: index.partition, KeyType: 'HASH' },
            { AttributeName: index.sort, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        })),
      },
      policy: undefined,
    };
  });
}

export function everyone(): Principal {
  const arn = `arn:aws:iam::${ACCOUNT}:user/test`;
  return {
    arn,
    identityArn: arn,
    credentials: SECRET,
    policies: [{ name: 'open', document: OPEN_POLICY }],
    boundary: undefined,
    userIdentity: { type: 'IAMUser', arn, accountId: ACCOUNT, userName: 'test' },
  };
}

function callName({ eventSource, eventName, resources }: ServiceEvent): string {
  const service = eventSource.split('.')[0];
  const arn = resources[0]?.arn ?? '';
  const name = KEY_NAMES.find((key) => keyArn(key) === arn) ?? arn.split('/')[1]?.split('-')[0] ?? '';
  return `${service}:${eventName} ${name}`;
}

/** The names of tables a test may look into directly. */
export const ALL_TABLES = Object.keys(TABLES) as TableName[];
