/**
 * The one table of everything that runs: every route and schedule with its file, its callers, and its rights on tables
 * and keys. Roles, environments, the REST API and the permission matrix are made from these rows; a permission that is
 * not here does not exist.
 */
import type { LiveDestination } from '../shared/base/destinations.ts';
import type { KeyName, TableName } from '../shared/base/tables.ts';

export type TableAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';
/** `ReEncrypt` means both halves under one key: decrypt under one context and encrypt under another. */
export type KeyAction = 'Encrypt' | 'Decrypt' | 'ReEncrypt' | 'ReEncryptFrom' | 'ReEncryptTo' | 'GenerateMac';

export type Asset = 'card.html' | 'pay.html' | 'integrity.json' | 'served.json' | 'openapi.json';

export interface FunctionRow {
  /** File under functions/, without extension; only those in cde/ may see a PAN. */
  readonly entry: string;
  readonly tables: Partial<Record<TableName, readonly TableAction[]>>;
  readonly keys: Partial<Record<KeyName, readonly KeyAction[]>>;
  /** Indexes that Query may use, as Table/index. */
  readonly indexes?: readonly `${TableName}/${string}`[];
  /**
   * Access to the trail's files: `read` reads the trail and gets the names of all tables and keys; `review` also puts what
   * it found beside it; `export` writes the vault's list of decryptions there.
   */
  readonly trail?: 'read' | 'review' | 'export';
  readonly memoryMb?: number;
  /** Space for temporary files; 512 if absent. */
  readonly diskMb?: number;
  readonly timeoutSeconds?: number;
  /**
   * Hosts it calls other than KMS and DynamoDB: processors, which a network's allow list can name, or any host on the
   * internet. If absent, the network gives it no way out.
   */
  readonly reaches?: 'processors' | 'internet';
  /** Gets the deployment's list of receivers of live cards, of this kind. */
  readonly sendsTo?: LiveDestination['kind'];
  /** May ask when a receiver of live cards was deployed. */
  readonly datesDestinations?: true;
  /** Its responses contain URLs for browsers. */
  readonly tellsUrls?: true;
  /** Gets the API's URL, and calls it from outside as a browser does. */
  readonly visitsApi?: true;
  /**
   * Starts the function that delivers webhooks, without waiting for it, so that urgent events need not wait for its
   * schedule.
   */
  readonly startsDeliveries?: true;
  /** Files packed with the bundle: pages built from web/, and the description of the API. */
  readonly assets?: readonly Asset[];
}

export interface Route extends FunctionRow {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly key: 'publishable' | 'secret' | 'none';
  /** API Gateway's limits for this route: requests per second, and in a burst. The stage's if absent. */
  readonly throttle?: { readonly requestsPerSecond: number; readonly burst: number };
  /** API Gateway refuses a body that is not a JSON object. */
  readonly takesObject?: true;
}

/** The methods that its function answers: what GET gives, HEAD gives without the body (RFC 9110 9.1, 9.3.2). */
export const methodsOf = ({ method }: Pick<Route, 'method'>): readonly string[] =>
  method === 'GET' ? ['GET', 'HEAD'] : [method];

/** The methods of a path, for `Allow`. */
export const methodsAt = (path: string): readonly string[] =>
  ROUTES.flatMap((row) => (row.path === path ? methodsOf(row) : []));

/**
 * Its methods at API Gateway. One row of each path, the one that reads if there is one, takes `ANY`: all methods that the
 * path has not, so that its function refuses them with 405 (functions/runtime/methods.ts), and HEAD. A method with a limit
 * stands for itself, because API Gateway knows no settings for `ANY`.
 */
export function gatewayMethodsOf(row: Pick<Route, 'method' | 'path' | 'throttle'>): readonly string[] {
  const beside = ROUTES.filter(({ path }) => path === row.path);
  const taker = beside.find(({ method }) => method === 'GET') ?? beside[0];
  if (taker?.method !== row.method) return methodsOf(row);
  return row.throttle === undefined ? ['ANY'] : [...methodsOf(row), 'ANY'];
}

export interface Schedule extends FunctionRow {
  readonly everyMinutes: number;
}

/** Every route with a key reads it and its merchant. */
const AUTH = { Merchants: ['GetItem'] } as const;
/** Counting attempts takes one atomic addition each, which returns the sum. */
const COUNTS = { Counters: ['UpdateItem'] } as const;
/** Processors other than the simulator need the merchant's credential. */
const OPERATE_KEYS = { SecretKey: ['Decrypt'] } as const;
/** Below KMS's quota for an account, at two or three calls per request, so that charges keep a share of it. */
const KMS_THROTTLE = { requestsPerSecond: 500, burst: 1_000 } as const;
/** Longer than any wait for a processor, shorter than API Gateway's 29 seconds. */
const PROCESSOR_TIMEOUT_SECONDS = 28;
/** Every state change of a charge is a conditional update of its one ledger item. */
const OPERATE = { ...AUTH, Ledger: ['GetItem', 'UpdateItem'], Simulator: ['GetItem', 'UpdateItem'] } as const;

/** Reads some hours of the trail: the largest disk, and two processors, of which one unpacks while the other reads. */
const AUDIT_SIZE = { timeoutSeconds: 900, memoryMb: 3_538, diskMb: 10_240 } as const;

/** A charge spends its token, decrypts the card, and may store it. */
const CHARGE = {
  ...AUTH,
  Tokens: ['GetItem', 'UpdateItem'],
  Cards: ['GetItem', 'PutItem'],
  Ledger: ['GetItem', 'PutItem', 'UpdateItem'],
  Simulator: ['GetItem', 'UpdateItem'],
} as const;
const CHARGE_KEYS = { PanKey: ['Decrypt', 'ReEncrypt'], CvcKey: ['Decrypt'], ...OPERATE_KEYS } as const;

export const ROUTES = [
  {
    method: 'GET',
    path: '/v1/capture-keys',
    key: 'none',
    entry: 'api/list-capture-keys',
    tables: { CaptureKeys: ['GetItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/tokens',
    key: 'publishable',
    entry: 'cde/create-token',
    takesObject: true,
    throttle: KMS_THROTTLE,
    // Ledger: an open checkout session may replace the API key.
    tables: { ...AUTH, ...COUNTS, CaptureKeys: ['GetItem'], Tokens: ['PutItem'], Ledger: ['GetItem'] },
    keys: { PanKey: ['Encrypt'], CvcKey: ['Encrypt'], FingerprintKey: ['GenerateMac'], CaptureKey: ['Decrypt'] },
    memoryMb: 512,
  },
  {
    method: 'POST',
    path: '/v1/cvc_tokens',
    key: 'publishable',
    entry: 'cde/create-cvc-token',
    takesObject: true,
    throttle: KMS_THROTTLE,
    tables: { ...AUTH, ...COUNTS, CaptureKeys: ['GetItem'], Tokens: ['PutItem'] },
    keys: { CvcKey: ['Encrypt'], CaptureKey: ['Decrypt'] },
    memoryMb: 512,
  },
  {
    method: 'POST',
    path: '/v1/tokens/lookup',
    key: 'secret',
    entry: 'api/get-token',
    takesObject: true,
    tables: { ...AUTH, Tokens: ['GetItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/cards',
    key: 'secret',
    entry: 'cde/create-card',
    takesObject: true,
    tables: { ...AUTH, Tokens: ['GetItem', 'UpdateItem'], Cards: ['GetItem', 'PutItem'] },
    keys: { PanKey: ['ReEncrypt'] },
  },
  {
    method: 'GET',
    path: '/v1/cards/{card_id}',
    key: 'secret',
    entry: 'api/get-card',
    tables: { ...AUTH, Cards: ['GetItem'] },
    keys: {},
  },
  {
    method: 'DELETE',
    path: '/v1/cards/{card_id}',
    key: 'secret',
    entry: 'api/delete-card',
    tables: { ...AUTH, Cards: ['GetItem', 'UpdateItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/cards/{card_id}/lock',
    key: 'secret',
    entry: 'api/lock-card',
    tables: { ...AUTH, Cards: ['GetItem', 'UpdateItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/cards/{card_id}/unlock',
    key: 'secret',
    entry: 'api/unlock-card',
    tables: { ...AUTH, Cards: ['GetItem', 'UpdateItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/charges',
    key: 'secret',
    entry: 'cde/create-charge',
    takesObject: true,
    throttle: KMS_THROTTLE,
    reaches: 'processors',
    sendsTo: 'processor',
    tables: CHARGE,
    keys: CHARGE_KEYS,
    memoryMb: 512,
    timeoutSeconds: PROCESSOR_TIMEOUT_SECONDS,
  },
  {
    method: 'GET',
    path: '/v1/charges',
    key: 'secret',
    entry: 'api/list-charges',
    tables: { ...AUTH, Ledger: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_owner'],
    keys: {},
  },
  {
    method: 'GET',
    path: '/v1/charges/{charge_id}',
    key: 'secret',
    entry: 'api/get-charge',
    tables: { ...AUTH, Ledger: ['GetItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/charges/{charge_id}/capture',
    key: 'secret',
    entry: 'api/capture-charge',
    reaches: 'processors',
    sendsTo: 'processor',
    tables: OPERATE,
    keys: OPERATE_KEYS,
    timeoutSeconds: PROCESSOR_TIMEOUT_SECONDS,
  },
  {
    method: 'POST',
    path: '/v1/charges/{charge_id}/cancel',
    key: 'secret',
    entry: 'api/cancel-charge',
    reaches: 'processors',
    sendsTo: 'processor',
    tables: OPERATE,
    keys: OPERATE_KEYS,
    timeoutSeconds: PROCESSOR_TIMEOUT_SECONDS,
  },
  {
    method: 'POST',
    path: '/v1/charges/{charge_id}/refunds',
    key: 'secret',
    entry: 'api/refund-charge',
    reaches: 'processors',
    sendsTo: 'processor',
    tables: OPERATE,
    keys: OPERATE_KEYS,
    timeoutSeconds: PROCESSOR_TIMEOUT_SECONDS,
  },
  {
    method: 'POST',
    path: '/v1/forward',
    key: 'secret',
    entry: 'cde/forward-request',
    takesObject: true,
    throttle: KMS_THROTTLE,
    reaches: 'processors',
    sendsTo: 'forward',
    tables: {
      ...AUTH,
      Tokens: ['GetItem', 'UpdateItem'],
      Cards: ['GetItem'],
      Ledger: ['GetItem', 'PutItem', 'UpdateItem'],
    },
    keys: { PanKey: ['Decrypt'], CvcKey: ['Decrypt'], SecretKey: ['Decrypt'] },
    memoryMb: 512,
    timeoutSeconds: 28,
  },
  {
    method: 'GET',
    path: '/v1/forward/{forward_id}',
    key: 'secret',
    entry: 'api/get-forward',
    tables: { ...AUTH, Ledger: ['GetItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/checkout_sessions',
    key: 'secret',
    entry: 'api/create-checkout-session',
    takesObject: true,
    tellsUrls: true,
    tables: { ...AUTH, Ledger: ['GetItem', 'PutItem'] },
    keys: {},
  },
  {
    method: 'GET',
    path: '/v1/checkout_sessions/{checkout_session_id}',
    key: 'secret',
    entry: 'api/get-checkout-session',
    tellsUrls: true,
    tables: { ...AUTH, Ledger: ['GetItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/checkout_sessions/{checkout_session_id}/cancel',
    key: 'secret',
    entry: 'api/cancel-checkout-session',
    tellsUrls: true,
    tables: { ...AUTH, Ledger: ['GetItem', 'UpdateItem'] },
    keys: {},
  },
  {
    method: 'POST',
    path: '/v1/checkout_sessions/{checkout_session_id}/pay',
    key: 'none',
    entry: 'cde/pay-checkout',
    takesObject: true,
    throttle: KMS_THROTTLE,
    reaches: 'processors',
    sendsTo: 'processor',
    tables: { ...CHARGE, ...COUNTS },
    keys: CHARGE_KEYS,
    startsDeliveries: true,
    memoryMb: 512,
    timeoutSeconds: PROCESSOR_TIMEOUT_SECONDS,
  },
  {
    method: 'GET',
    path: '/v1/events',
    key: 'secret',
    entry: 'api/list-events',
    tables: { ...AUTH, Ledger: ['Query', 'BatchGetItem'], Events: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/outbox', 'Events/lists'],
    keys: {},
  },
  {
    method: 'GET',
    path: '/pay/{checkout_session_id}',
    key: 'none',
    entry: 'api/payment-page',
    tables: { ...AUTH, Ledger: ['GetItem'] },
    keys: {},
    assets: ['pay.html'],
  },
  {
    method: 'GET',
    path: '/hosted/card',
    key: 'none',
    entry: 'api/hosted-card',
    tables: AUTH,
    keys: {},
    assets: ['card.html'],
  },
  {
    method: 'GET',
    path: '/js/{script}',
    key: 'none',
    entry: 'api/sdk-script',
    tables: {},
    keys: {},
    assets: ['served.json'],
  },
  {
    method: 'POST',
    path: '/v1/csp-reports',
    key: 'none',
    entry: 'api/report-violations',
    // Browsers send reports on their own, and anyone can forge them. The limit shows an attack and bounds its cost.
    throttle: { requestsPerSecond: 20, burst: 40 },
    tables: {},
    keys: {},
    assets: ['integrity.json'],
  },
  {
    method: 'GET',
    path: '/v1/openapi.json',
    key: 'none',
    entry: 'api/api-description',
    tables: {},
    keys: {},
    assets: ['openapi.json'],
  },
] as const satisfies readonly Route[];

/** Functions with `startsDeliveries` start it too. */
export const DELIVERER = {
  entry: 'scheduled/deliver-webhooks',
  reaches: 'internet',
  everyMinutes: 1,
  timeoutSeconds: 60,
  memoryMb: 512,
  tables: {
    Ledger: ['Query', 'GetItem', 'UpdateItem'],
    Events: ['Query', 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'],
    Merchants: ['GetItem'],
  },
  indexes: ['Ledger/outbox', 'Events/lists', 'Events/queues'],
  keys: { SecretKey: ['Decrypt'] },
  datesDestinations: true,
} as const satisfies Schedule;

export const SCHEDULES = [
  {
    entry: 'scheduled/sweep',
    startsDeliveries: true,
    reaches: 'processors',
    sendsTo: 'processor',
    everyMinutes: 1,
    timeoutSeconds: 60,
    tables: {
      // A charge that saves its card: recovery reads the card, or occupies its id if it is missing.
      Cards: ['GetItem', 'PutItem'],
      Tokens: ['Query', 'UpdateItem'],
      // PutItem stores the `failed` item of a charge that a checkout session announced and never wrote.
      Ledger: ['Query', 'GetItem', 'PutItem', 'UpdateItem'],
      ...COUNTS,
      Merchants: ['GetItem'],
      Simulator: ['GetItem', 'UpdateItem'],
    },
    indexes: ['Tokens/due', 'Ledger/open'],
    keys: OPERATE_KEYS,
  },
  DELIVERER,
  {
    entry: 'scheduled/rotate-capture-keys',
    everyMinutes: 60,
    timeoutSeconds: 30,
    // PutItem writes the first key pair; UpdateItem replaces it.
    tables: { CaptureKeys: ['GetItem', 'PutItem', 'UpdateItem'] },
    keys: { CaptureKey: ['Encrypt'] },
  },
  {
    entry: 'scheduled/reconcile',
    everyMinutes: 30,
    ...AUDIT_SIZE,
    tables: { Ledger: ['Query', 'BatchGetItem'], Merchants: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_day', 'Merchants/by_merchant'],
    keys: { HoneyKey: ['Decrypt'] },
    trail: 'read',
    // S3 and CloudTrail: the vault's network has no endpoints for them.
    reaches: 'internet',
  },
  {
    entry: 'scheduled/review-hours',
    everyMinutes: 30,
    ...AUDIT_SIZE,
    tables: { Ledger: ['Query', 'BatchGetItem'], Merchants: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_day', 'Merchants/by_merchant'],
    keys: { HoneyKey: ['Decrypt'] },
    trail: 'review',
    reaches: 'internet',
  },
  {
    entry: 'scheduled/export-decryptions',
    everyMinutes: 60,
    timeoutSeconds: 300,
    tables: { Ledger: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_day'],
    keys: {},
    trail: 'export',
    // S3 and CloudTrail: the vault's network has no endpoints for them.
    reaches: 'internet',
  },
  {
    entry: 'scheduled/check-pages',
    reaches: 'internet',
    visitsApi: true,
    everyMinutes: 60,
    timeoutSeconds: 30,
    tables: {},
    keys: {},
    assets: ['integrity.json'],
  },
] as const satisfies readonly Schedule[];

/** Deployed only while needed; otherwise neither the function nor its rights exist. */
export const UPKEEP = {
  /** Moves cards away from a former PAN key; exists while one is open. */
  moveCards: {
    entry: 'cde/move-cards',
    everyMinutes: 1,
    timeoutSeconds: 60,
    tables: { Cards: ['Query', 'GetItem', 'UpdateItem'] },
    indexes: ['Cards/by_pan_key'],
    keys: { FormerPanKey: ['ReEncryptFrom'], PanKey: ['ReEncryptTo'] },
  },
  /** Exports cards to another vault. The operator's command calls it; no route does. */
  exportCards: {
    entry: 'cde/export-cards',
    sendsTo: 'export',
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { Cards: ['Query', 'GetItem'], Ledger: ['PutItem', 'UpdateItem'] },
    indexes: ['Cards/by_pan_key'],
    keys: { PanKey: ['Decrypt'] },
  },
} as const satisfies Record<string, FunctionRow | Schedule>;
