/**
 * The setup of every question: the synthesized app, its bundles as deployed, an AWS in a separate process, one
 * merchant, and the events of its requests.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { base64url, CompactEncrypt, importJWK } from 'jose';
import { bundleFunctions, projectPaths } from '../../infra/bundle.ts';
import { matchRoute, toEvent } from '../../local/gateway/event.ts';
import type { Credentials } from '../../local/iam/principal.ts';
import { synthesize } from '../../local/synth.ts';
import { readStack } from '../../local/template/stack.ts';
import { systemClock } from '../../shared/base/clock.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { CEILING_MAX, NETWORKS_MIN } from '../../shared/merchants/limits.ts';
import type { Caller, Merchant } from '../../shared/merchants/merchant.ts';
import { createMerchant, setLimits } from '../../shared/merchants/merchant-store.ts';
import { type Attempt, Attempts } from '../../shared/risk/attempts.ts';
import { createToken } from '../../shared/vault/create-token.ts';
import { createCvcToken } from '../../shared/vault/cvc-tokens.ts';
import { captureKeyRing, listCaptureKeys, rotateCaptureKeys } from '../../shared/vault/intake/capture-keys.ts';
import { storeCard } from '../../shared/vault/vault.ts';
import { plainCard } from '../../test/setup/cards.ts';
import type { AwsVerbs, OpenedAws } from './aws.ts';
import { type Child, startChild } from './rpc.ts';
import type { WorkerVerbs } from './worker.ts';

/** Bare scripts: the SDK calls of one operation and nothing else, bundled like the handlers. */
const BARE = [
  'tokenize',
  'charge-token',
  'charge-card',
  'charge-code',
  'store',
  'clients',
  'dynamodb-client',
  'trail-reader',
  'trail-writer',
] as const;
export type BareName = (typeof BARE)[number];

export type Worker = Child<WorkerVerbs>;

interface Shop {
  readonly merchant: Merchant;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly caller: Caller;
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly key?: string;
  readonly idempotencyKey?: string;
  readonly body?: unknown;
}

export interface Scene extends AsyncDisposable {
  /** The project's root. */
  readonly root: string;
  readonly aws: Child<AwsVerbs>;
  readonly places: OpenedAws;
  readonly shop: Shop;
  /** Path of the bundle of a bare script. */
  barePath(name: BareName): string;
  /** A fresh instance of a function, its bundle not yet loaded. */
  instance(entry: string): Worker;
  /** What API Gateway makes of a request. */
  event(sent: Sent): unknown;
  /** New JWEs, as a browser makes them. */
  encryptedCards(count: number): Promise<string[]>;
  tokens(count: number): Promise<string[]>;
  /** Tokens of a security code alone. */
  codes(count: number): Promise<string[]>;
  /** A stored card. */
  card(): Promise<string>;
}

export async function openScene(root: string): Promise<Scene> {
  const assembly = join(root, '.build/bench/assembly');
  await synthesize(root, assembly);
  const bareFolder = join(root, '.build/bench/bare');
  await bundleFunctions(
    BARE.map((entry) => ({ entry, tables: {}, keys: {} })),
    { ...projectPaths(root), sources: join(root, 'tools/bench/bare'), output: bareFolder },
  );
  const dir = mkdtempSync(join(tmpdir(), 'fuda-bench-'));
  const aws = startChild<AwsVerbs>(new URL('./aws.ts', import.meta.url), process.env);
  const workers = new Set<Worker>();
  const close = async () => {
    await Promise.all([...workers].map((worker) => worker.stop()));
    await aws.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    const places = await aws.ask('open', { assembly, dir });
    const { api, account } = readStack(assembly);
    const as = (entry: string): Deps => depsOf(places, credentialsOf(places, entry));
    await rotateCaptureKeys(as('scheduled/rotate-capture-keys'));
    const shop = await openShop(depsOf(places, places.operator));
    const tokenizer = as('cde/create-token');
    return {
      root,
      aws,
      places,
      shop,
      barePath: (name) => join(bareFolder, name, 'index.mjs'),
      instance: (entry) => {
        const environment = places.functions[entry]?.environment;
        if (environment === undefined) throw new Error(`the template has no function ${entry}`);
        const worker = startChild<WorkerVerbs>(new URL('./worker.ts', import.meta.url), environment);
        workers.add(worker);
        return worker;
      },
      event: (sent) => eventOf(api, account.accountId, sent),
      encryptedCards: (count) => encryptMany(tokenizer, shop, plainCard(), count),
      tokens: (count) => makeTokens(tokenizer, shop, count),
      codes: (count) => makeCodes(as('cde/create-cvc-token'), shop, count),
      card: async () => {
        const [token = ''] = await makeTokens(tokenizer, shop, 1);
        return (await storeCard(as('cde/create-card'), shop.caller, token)).id;
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function credentialsOf(places: OpenedAws, entry: string): Credentials {
  const placement = places.functions[entry];
  if (placement === undefined) throw new Error(`the template has no function ${entry}`);
  return placement.credentials;
}

function depsOf({ url, region, tables, keys }: OpenedAws, credentials: Credentials): Deps {
  const config = { endpoint: url, region, credentials };
  return {
    clock: systemClock,
    random: randomBytes,
    dynamodb: new DynamoDBClient(config),
    kms: new KMSClient(config),
    table: (name) => tables[name] ?? '',
    key: (name) => keys[name] ?? '',
  };
}

async function openShop(operator: Deps): Promise<Shop> {
  const { merchant: made, keys } = await createMerchant(operator, {
    name: 'Chaya',
    allowedOrigins: ['https://shop.example'],
    tokenTtlMinutes: 60,
  });
  const keyOf = (kind: 'publishable' | 'secret'): string =>
    keys.find(({ record }) => record.kind === kind && record.mode === 'test')?.key.clearText() ?? '';
  const { merchant_id: merchantId } = made;
  // Ceilings so high that no request is refused or asked for a proof.
  const shared = { proofAfter: CEILING_MAX, most: CEILING_MAX };
  const own = Math.floor(CEILING_MAX / NETWORKS_MIN);
  const merchant = await setLimits(operator, {
    merchantId,
    mode: 'test',
    limits: { merchant: shared, network: { proofAfter: own, most: own }, bin: shared },
  });
  return {
    merchant,
    publishableKey: keyOf('publishable'),
    secretKey: keyOf('secret'),
    caller: { merchantId, mode: 'test', kind: 'secret', owner: `${merchantId}/test` },
  };
}

const MAKERS = 8;

/** Makes `count` things, a few at a time. */
async function manyOf<Thing>(count: number, make: () => Promise<Thing>): Promise<Thing[]> {
  const things: Thing[] = [];
  let left = count;
  const maker = async () => {
    while (left-- > 0) things.push(await make());
  };
  await Promise.all(Array.from({ length: MAKERS }, maker));
  return things;
}

function makeTokens(deps: Deps, { merchant, publishableKey, caller }: Shop, count: number): Promise<string[]> {
  const publishable = { ...caller, kind: 'publishable' as const, apiKey: publishableKey };
  const ring = captureKeyRing(deps);
  const attempt = attemptsOf(deps, publishable);
  return manyOf(
    count,
    async () =>
      (await createToken(deps, ring, { caller: publishable, merchant, attempt: attempt() }, { card: plainCard() })).id,
  );
}

/** Attempts are counted as in production. */
function attemptsOf(deps: Deps, caller: Caller): () => Attempt {
  const attempts = new Attempts(deps, console.error);
  return () => attempts.begin(caller, '192.0.2.1');
}

async function makeCodes(deps: Deps, shop: Shop, count: number): Promise<string[]> {
  const publishable = { ...shop.caller, kind: 'publishable' as const, apiKey: shop.publishableKey };
  const ring = captureKeyRing(deps);
  const attempt = attemptsOf(deps, publishable);
  const encrypted = await encryptMany(deps, shop, { cvc: '123' }, count);
  const create = (jwe = '') =>
    createCvcToken(
      deps,
      ring,
      { caller: publishable, merchant: shop.merchant, attempt: attempt() },
      { encrypted_cvc: jwe },
    );
  return manyOf(count, async () => (await create(encrypted.pop())).id);
}

async function encryptMany(deps: Deps, { publishableKey }: Shop, fields: object, count: number): Promise<string[]> {
  const [jwk] = await listCaptureKeys(deps);
  if (jwk === undefined) throw new Error('there is always a capture key');
  const key = await importJWK({ ...jwk }, 'ECDH-ES');
  const claims = () => ({
    ...fields,
    aud: publishableKey,
    iat: Math.floor(Date.now() / 1000),
    jti: base64url.encode(randomBytes(16)),
  });
  return manyOf(count, () =>
    new CompactEncrypt(Buffer.from(JSON.stringify(claims())))
      .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid })
      .encrypt(key),
  );
}

function eventOf(api: ReturnType<typeof readStack>['api'], accountId: string, sent: Sent): unknown {
  const match = matchRoute(api, sent.method, sent.path);
  if (match === null) throw new Error(`the template has no route ${sent.method} ${sent.path}`);
  const headers = {
    Host: 'vault.example',
    'User-Agent': 'fuda-bench',
    'Content-Type': 'application/json',
    ...(sent.key && { Authorization: `Bearer ${sent.key}` }),
    ...(sent.idempotencyKey && { 'Idempotency-Key': sent.idempotencyKey }),
  };
  return toEvent(api, match, {
    method: sent.method,
    url: sent.path,
    rawHeaders: Object.entries(headers).flat(),
    body: Buffer.from(sent.body === undefined ? '' : JSON.stringify(sent.body)),
    sourceIp: '192.0.2.1',
    requestId: crypto.randomUUID(),
    accountId,
    timeMs: Date.now(),
  });
}
