/**
 * The whole vault for one test file: the bundles and permissions of the synthesized template behind real HTTP, in its
 * own folder and on its own port. Merchants are made with the operator's credentials, as `node cli/fuda.mjs` makes
 * them.
 *
 *   await using vault = await startVault();
 *   const shop = await vault.merchant();
 *   const token = await shop.tokenize();
 *   const response = await shop.charge({ source: token.id });      // status, headers, text, json
 *
 * Every response is checked against the description of the API (contract.ts). Time is real here; `vault.edit` dates
 * back what must lie in the past.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { base64url, CompactEncrypt, importJWK, type JWK } from 'jose';
import type { Observer } from '../../local/iam/authorizer.ts';
import { type Runtime, startRuntime } from '../../local/runtime.ts';
import type { Deps } from '../../shared/base/deps.ts';
import { change, type Item } from '../../shared/base/dynamo.ts';
import { TABLES, type TableName } from '../../shared/base/tables.ts';
import type { KeyKind } from '../../shared/merchants/merchant.ts';
import { createMerchant } from '../../shared/merchants/merchant-store.ts';
import type { Mode } from '../../shared/merchants/mode.ts';
import type { ChargeView } from '../../shared/payments/charges/charge.ts';
import type { CvcTokenView } from '../../shared/vault/responses.ts';
import type { CardView, TokenView } from '../../shared/vault/vault.ts';
import { operatorDeps } from '../../tools/demo.ts';
import { chance } from '../../tools/simulation/chance.ts';
import { editAssembly, letOperatorSeeAll, type TemplateEdit } from './assembly.ts';
import { newKey, plainCard } from './cards.ts';
import { contractFaults } from './contract.ts';
import { drawBytes } from './draws.ts';
import type { Request, VaultResponse } from './exchange.ts';
import { REQUEST_TIMEOUT_MS } from './limits.ts';
import { namesOf, UseNotes } from './permission-uses.ts';
import { synthesizedApp, synthesizeInto } from './synthesized.ts';

export type { Request, VaultResponse } from './exchange.ts';

/** Table → the items it holds by their key. */
export type Contents = Readonly<Record<TableName, Readonly<Record<string, Item>>>>;

export interface TestVault extends AsyncDisposable {
  readonly runtime: Runtime;
  /** Where all state lies: tables, trail, logs. */
  readonly dir: string;
  /** The operator's right to make merchants; here it may also read and prepare every table. */
  readonly operator: Deps;
  send(request: Request): Promise<VaultResponse>;
  merchant(settings?: MerchantSettings): Promise<TestMerchant>;
  /** Everything every table holds. */
  contents(): Promise<Contents>;
  /** Sets attributes of an item that is there. */
  edit(table: TableName, id: string, attributes: Item): Promise<void>;
  /** Stops and starts again on the same state; the port changes. With a context, as the app is with `-c name=value`. */
  restart(context?: Readonly<Record<string, string>>): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface VaultOptions {
  /** The synthesized app; the one of this run of tests unless said. */
  readonly assembly?: string;
  /** Changes the template before the vault starts. */
  readonly template?: TemplateEdit;
  /** Receives failures inside the runtime; they are printed by default. */
  readonly log?: (message: string) => void;
  /** Called with every call on KMS and DynamoDB, and whether the template allows it. */
  readonly onCall?: Observer;
}

const { FUDA_TEST_ROUGH: ROUGH, FUDA_TEST_SEED: SEED } = process.env;

const THREADS_MAX = 40;

export async function startVault(options: VaultOptions = {}): Promise<TestVault> {
  const { assembly: synthesized = synthesizedApp(), template = () => {}, log = console.error, onCall } = options;
  const home = mkdtempSync(join(tmpdir(), 'fuda-vault-'));
  const dir = join(home, 'state');
  const edited = (from: string) =>
    editAssembly(from, mkdtempSync(join(home, 'assembly-')), letOperatorSeeAll, template);
  let assembly = edited(synthesized);
  const uses = new UseNotes();
  const rough = ROUGH === '1' ? chance(Number(SEED)).below : undefined;
  const start = () =>
    startRuntime({
      dir,
      assembly,
      port: 0,
      log,
      compiledDirectory: process.env.FUDA_TEST_COMPILED,
      // A thread that stops for another one starts anew later, which takes longer than most requests.
      threadsMax: THREADS_MAX,
      // The first capture key is there before the first shopper.
      schedulesAtStart: ['scheduled/rotate-capture-keys'],
      onCall: (request, isAllowed) => {
        uses.observe(request, isAllowed);
        onCall?.(request, isAllowed);
      },
      rough,
    });
  let runtime = await start();
  let operator = operatorDeps(runtime);
  const send = async (request: Request): Promise<VaultResponse> => {
    const response = await sendTo(runtime.apiUrl, request);
    const faults = contractFaults(request, response);
    if (faults.length > 0) throw new Error(`a response is not as shared/api describes it:\n${faults.join('\n')}`);
    return response;
  };
  return {
    get runtime() {
      return runtime;
    },
    dir,
    get operator() {
      return operator;
    },
    send,
    merchant: (settings = {}) => makeMerchant(operator, send, settings),
    contents: () => readContents(operator),
    edit: (table, id, attributes) => editItem(operator, table, id, attributes),
    async restart(context) {
      closeClients(operator);
      await runtime.stop();
      if (context !== undefined) {
        const deployed = mkdtempSync(join(home, 'synthesized-'));
        synthesizeInto(deployed, context);
        assembly = edited(deployed);
      }
      runtime = await start();
      operator = operatorDeps(runtime);
    },
    async [Symbol.asyncDispose]() {
      closeClients(operator);
      await runtime.stop();
      uses.save(namesOf(runtime));
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export async function sendTo(apiUrl: string, wanted: Request): Promise<VaultResponse> {
  const { method, path, key, idempotencyKey, headers, lines, body } = wanted;
  const given = {
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...headers,
  };
  const sent = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response =
    lines === undefined
      ? await fetch(apiUrl + path, { method, headers: given, ...(sent !== undefined && { body: sent }), signal })
      : await sendLines(apiUrl, {
          method,
          path,
          lines: [...Object.entries(given), ...lines],
          body: sent ?? '',
          signal,
        });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parseOrNull(text) };
}

interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
  readonly body: string | Uint8Array;
  readonly signal: AbortSignal;
}

/** `fetch` joins equal headers and rewrites paths; this sends both as they are. */
function sendLines(apiUrl: string, { method, path, lines, body, signal }: RawRequest): Promise<Response> {
  const { hostname, port, host } = new URL(apiUrl);
  const length = ['Content-Length', String(Buffer.byteLength(body))];
  const headers = [['Host', host], ...(body.length > 0 ? [length] : []), ...lines].flat();
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, method, path, headers, signal }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      const received = response.rawHeaders.flatMap((name, at, all): [string, string][] =>
        at % 2 === 0 ? [[name, all[at + 1] ?? '']] : [],
      );
      resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 0, headers: received }));
    });
    asked.once('error', reject);
    asked.end(body);
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

interface MerchantSettings {
  readonly allowedOrigins?: readonly string[];
  readonly tokenTtlMinutes?: number;
}

/** A merchant with its four keys and the few calls most stories begin with. */
export interface TestMerchant {
  readonly id: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly livePublishableKey: string;
  readonly liveSecretKey: string;
  /** A token of a test card, sent in clear. Throws where the vault refuses it. */
  tokenize(number?: string): Promise<TokenView>;
  /** What the hosted field would send: the card as a JWE for the vault's newest capture key. */
  encrypt(claims?: Readonly<Record<string, unknown>>, number?: string): Promise<string>;
  /** The same for a security code alone. */
  encryptCvc(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  /** A token of a security code alone, sent as the hosted field would. */
  tokenizeCvc(cvc?: string): Promise<CvcTokenView>;
  /** A stored card of a new token. */
  store(number?: string): Promise<CardView>;
  /** Charges ¥4,180 unless told otherwise. */
  charge(body: Readonly<Record<string, unknown>>, idempotencyKey?: string): Promise<VaultResponse>;
  /** A charge of a new token that the vault accepted. */
  pay(body?: Readonly<Record<string, unknown>>, number?: string): Promise<ChargeView>;
  /** Any request under the secret key. */
  send(request: Omit<Request, 'key'>): Promise<VaultResponse>;
  post(path: string, body?: unknown, idempotencyKey?: string): Promise<VaultResponse>;
  get(path: string): Promise<VaultResponse>;
}

type Send = (request: Request) => Promise<VaultResponse>;

async function makeMerchant(operator: Deps, send: Send, settings: MerchantSettings): Promise<TestMerchant> {
  const { merchant, keys } = await createMerchant(operator, {
    name: 'Chaya',
    allowedOrigins: ['https://shop.example'],
    ...settings,
  });
  const keyOf = (kind: KeyKind, mode: Mode): string =>
    keys.find(({ record }) => record.kind === kind && record.mode === mode)?.key.clearText() ?? '';
  const [publishableKey, secretKey] = [keyOf('publishable', 'test'), keyOf('secret', 'test')];
  const sendSecret: TestMerchant['send'] = (request) => send({ ...request, key: secretKey });
  const post: TestMerchant['post'] = (path, body, idempotencyKey) =>
    sendSecret({ method: 'POST', path, body, idempotencyKey });
  const tokenize: TestMerchant['tokenize'] = (number) =>
    send({ method: 'POST', path: '/v1/tokens', key: publishableKey, body: { card: plainCard(number) } }).then(
      accepted<TokenView>,
    );
  const encryptCvc: TestMerchant['encryptCvc'] = (claims) =>
    encryptCard(send, { cvc: '123', aud: publishableKey, ...claims });
  const tokenizeCvc: TestMerchant['tokenizeCvc'] = async (cvc = '123') => {
    const body = { encrypted_cvc: await encryptCvc({ cvc }) };
    return accepted(await send({ method: 'POST', path: '/v1/cvc_tokens', key: publishableKey, body }));
  };
  const charge: TestMerchant['charge'] = (body, idempotencyKey = newKey()) =>
    post('/v1/charges', { amount: 4180, currency: 'JPY', ...body }, idempotencyKey);
  return {
    id: merchant.merchant_id,
    publishableKey,
    secretKey,
    livePublishableKey: keyOf('publishable', 'live'),
    liveSecretKey: keyOf('secret', 'live'),
    tokenize,
    encryptCvc,
    tokenizeCvc,
    encrypt: (claims, number) => encryptCard(send, { ...plainCard(number), aud: publishableKey, ...claims }),
    store: async (number) => accepted(await post('/v1/cards', { token: (await tokenize(number)).id })),
    charge,
    pay: async (body, number) => accepted(await charge({ source: (await tokenize(number)).id, ...body })),
    send: sendSecret,
    post,
    get: (path) => sendSecret({ method: 'GET', path }),
  };
}

export async function encryptCard(send: Send, claims: Readonly<Record<string, unknown>>): Promise<string> {
  const { keys, server_time_ms: nowMs } = accepted<{ keys: JWK[]; server_time_ms: number }>(
    await send({ method: 'GET', path: '/v1/capture-keys' }),
  );
  const [jwk = {}] = keys;
  const whole = { iat: Math.floor(nowMs / 1000), jti: base64url.encode(drawBytes(16)), ...claims };
  return new CompactEncrypt(Buffer.from(JSON.stringify(whole)))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: jwk.kid ?? '' })
    .encrypt(await importJWK(jwk, 'ECDH-ES'));
}

/** The body of a success; throws what the vault said otherwise. */
export function accepted<Body>({ status, text, json }: VaultResponse): Body {
  if (status >= 300) throw new Error(`the vault returned ${status}: ${text}`);
  return json as Body;
}

const TABLE_NAMES = Object.keys(TABLES) as TableName[];

async function readContents(operator: Deps): Promise<Contents> {
  const tables = await Promise.all(TABLE_NAMES.map(async (name) => [name, await readTable(operator, name)] as const));
  return Object.fromEntries(tables) as unknown as Contents;
}

/** One page holds 1 MB, more than any test writes. */
async function readTable(operator: Deps, name: TableName): Promise<Record<string, Item>> {
  const { Items = [], LastEvaluatedKey } = await operator.dynamodb.send(
    new ScanCommand({ TableName: operator.table(name), ConsistentRead: true }),
  );
  if (LastEvaluatedKey !== undefined) throw new Error(`${name} holds more than one page`);
  return Object.fromEntries(
    Items.map((item) => unmarshall(item)).map((item) => [String(item[TABLES[name].key]), item]),
  );
}

async function editItem(operator: Deps, table: TableName, id: string, attributes: Item): Promise<void> {
  const entries = Object.entries(attributes);
  const edited = await change(operator, table, id, {
    update: `SET ${entries.map((_, index) => `#n${index} = :v${index}`).join(', ')}`,
    condition: 'attribute_exists(#key)',
    names: { '#key': TABLES[table].key, ...Object.fromEntries(entries.map(([name], index) => [`#n${index}`, name])) },
    values: Object.fromEntries(entries.map(([, value], index) => [`:v${index}`, value])),
  });
  if (edited === null) throw new Error(`${table} has no item to edit`);
}

function closeClients({ dynamodb, kms }: Deps): void {
  dynamodb.destroy();
  kms.destroy();
}
