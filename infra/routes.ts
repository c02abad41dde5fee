/**
 * The one table of what runs: every route and schedule, the file behind it, who may call it, and exactly what it may
 * do with which table and key. Roles, environments, the REST API and the permission matrix all follow from these rows;
 * a permission that is not here does not exist.
 */
import type { KeyName, TableName } from '../shared/base/tables.ts';

export type TableAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'Query';
/** `ReEncrypt` is both halves under one key: to open under one context and to seal under another. */
export type KeyAction = 'Encrypt' | 'Decrypt' | 'ReEncrypt' | 'ReEncryptFrom' | 'ReEncryptTo' | 'GenerateMac';

export type Asset = 'card.html' | 'pay.html' | 'integrity.json' | 'served.json' | 'openapi.json';

export interface FunctionRow {
  /** File under functions/, without extension; its folder says whether it may see a PAN. */
  readonly entry: string;
  readonly tables: Partial<Record<TableName, readonly TableAction[]>>;
  readonly keys: Partial<Record<KeyName, readonly KeyAction[]>>;
  /** Indexes a Query may use, as Table/index. */
  readonly indexes?: readonly `${TableName}/${string}`[];
  /**
   * What it does with the trail's files: `read` the trail and know every table and key by name, or `export` what the vault
   * says of its own reveals beside them.
   */
  readonly trail?: 'read' | 'export';
  readonly memoryMb?: number;
  readonly timeoutSeconds?: number;
  /**
   * What it calls besides KMS and DynamoDB: processors, which a network's allow list can name, or hosts that nobody can
   * list beforehand. Left out, it stands where no way leads out.
   */
  readonly reaches?: 'processors' | 'internet';
  /** Tells callers where browsers find the vault. */
  readonly tellsUrls?: true;
  /** Told the address of the API, which it calls from outside as a browser does. */
  readonly visitsApi?: true;
  /** Starts the function that delivers webhooks, without waiting for it, for events that somebody waits for. */
  readonly startsDeliveries?: true;
  /** What is packed beside the bundle: pages built from web/, and the description of the API. */
  readonly assets?: readonly Asset[];
}

export interface Route extends FunctionRow {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly key: 'publishable' | 'secret' | 'none';
  /** Requests a second and at once that API Gateway lets through to this route; the whole stage's where left out. */
  readonly throttle?: { readonly requestsPerSecond: number; readonly burst: number };
  /** API Gateway itself refuses a body that is no JSON object. */
  readonly takesObject?: true;
}

export interface Schedule extends FunctionRow {
  readonly everyMinutes: number;
}

/** Reading an API key and its merchant: what every authenticated route needs. */
const AUTH = { Merchants: ['GetItem'] } as const;
/** Counting attempts, or who is first: one addition each, which answers with the sum. */
const COUNTS = { Counters: ['UpdateItem'] } as const;
/** A processor that is not the simulator wants the merchant's credential. */
const OPERATE_KEYS = { SecretKey: ['Decrypt'] } as const;
/** Below what KMS takes from one account: each request is two or three calls. Where a card is opened it must not starve. */
const KMS_THROTTLE = { requestsPerSecond: 500, burst: 1_000 } as const;
/** Longer than any wait for a processor, shorter than API Gateway's 29 seconds. */
const PROCESSOR_TIMEOUT_SECONDS = 28;
/** Charges move through conditional updates of their one ledger item. */
const OPERATE = { ...AUTH, Ledger: ['GetItem', 'UpdateItem'], Simulator: ['GetItem', 'UpdateItem'] } as const;

/** A charge spends its token, opens the card, and may store it. */
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
    // The ledger for the sessions whose links stand for a key.
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
    method: 'GET',
    path: '/v1/tokens/{token_id}',
    key: 'secret',
    entry: 'api/get-token',
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
    // Browsers send reports by themselves and anybody can: enough to see an attack, too few to drown it or to cost much.
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

/** Also started by what `startsDeliveries`. */
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
} as const satisfies Schedule;

export const SCHEDULES = [
  {
    entry: 'scheduled/sweep',
    startsDeliveries: true,
    reaches: 'processors',
    everyMinutes: 1,
    timeoutSeconds: 60,
    tables: {
      // What a charge was to save: named if it is there, and its id taken if it is not.
      Cards: ['GetItem', 'PutItem'],
      Tokens: ['Query', 'UpdateItem'],
      // A charge that a checkout session announced and that never came is put as failed.
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
    // The first pair is put, every later one takes its place.
    tables: { CaptureKeys: ['GetItem', 'PutItem', 'UpdateItem'] },
    keys: { CaptureKey: ['Encrypt'] },
  },
  {
    entry: 'scheduled/reconcile',
    everyMinutes: 30,
    timeoutSeconds: 900,
    memoryMb: 1024,
    tables: { Ledger: ['Query', 'BatchGetItem'], Merchants: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_day', 'Merchants/by_merchant'],
    keys: { HoneyKey: ['Decrypt'] },
    trail: 'read',
    // S3 and CloudTrail, outside a network that has no door to either.
    reaches: 'internet',
  },
  {
    entry: 'scheduled/export-reveals',
    everyMinutes: 60,
    timeoutSeconds: 300,
    tables: { Ledger: ['Query', 'BatchGetItem'] },
    indexes: ['Ledger/by_day'],
    keys: {},
    trail: 'export',
    // S3 and CloudTrail, outside a network that has no door to either.
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

/** What is deployed only while it is needed; at other times neither the function nor its rights exist. */
export const UPKEEP = {
  /** While a former PAN key is kept: cards are moved away from it. */
  moveCards: {
    entry: 'cde/move-cards',
    everyMinutes: 1,
    timeoutSeconds: 60,
    tables: { Cards: ['Query', 'GetItem', 'UpdateItem'] },
    indexes: ['Cards/by_pan_key'],
    keys: { FormerPanKey: ['ReEncryptFrom'], PanKey: ['ReEncryptTo'] },
  },
  /** While the vault's owner leaves for another vault: the operator's command calls it, no route does. */
  exportCards: {
    entry: 'cde/export-cards',
    memoryMb: 512,
    timeoutSeconds: 60,
    tables: { Cards: ['Query', 'GetItem'], Ledger: ['PutItem', 'UpdateItem'] },
    indexes: ['Cards/by_pan_key'],
    keys: { PanKey: ['Decrypt'] },
  },
} as const satisfies Record<string, FunctionRow | Schedule>;
