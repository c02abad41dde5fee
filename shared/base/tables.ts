/**
 * The tables and KMS keys as data, for infra, functions, the local runtime and the tests. One owner per table. A key
 * attribute is named for what it holds, because CloudTrail prints it in clear.
 */

interface IndexDefinition {
  readonly partition: string;
  readonly sort: string;
  /** Type of the sort key: N for epoch milliseconds, S for text. */
  readonly sortType: 'N' | 'S';
}

export interface TableDefinition {
  /** Partition key, always a string. */
  readonly key: string;
  /** Global secondary indexes; every one projects keys only, so no index ever holds a ciphertext. */
  readonly indexes: Readonly<Record<string, IndexDefinition>>;
  /** Point-in-time recovery. Never where sensitive authentication data can lie (PCI DSS 4.0.1 3.3.1, V2), or a key that ends. */
  readonly pointInTimeRecovery: boolean;
  /**
   * Attribute with the epoch second after which DynamoDB deletes an item, within days. Only for counts and for copies
   * of what is kept elsewhere, because no trail records such a deletion.
   */
  readonly expires?: string;
  /** What the table holds, for its description in docs and template. */
  readonly holds: string;
}

export const TABLES = {
  Tokens: {
    key: 'token_hash',
    indexes: { due: { partition: 'due_shard', sort: 'expires_at_ms', sortType: 'N' } },
    pointInTimeRecovery: false,
    holds: 'one-time tokens with PAN and CVC ciphertext until spent or expired',
  },
  Cards: {
    key: 'card_id',
    // Finds the cards that are still to be moved to a new PAN key, by owner.
    indexes: { by_pan_key: { partition: 'pan_key_shard', sort: 'owner', sortType: 'S' } },
    pointInTimeRecovery: true,
    holds: 'stored cards with PAN ciphertext, never a CVC',
  },
  Ledger: {
    key: 'entry_id',
    indexes: {
      by_owner: { partition: 'owner', sort: 'created_key', sortType: 'S' },
      by_day: { partition: 'day_shard', sort: 'created_at_ms', sortType: 'N' },
      open: { partition: 'open_shard', sort: 'open_since_ms', sortType: 'N' },
      // Entries with events that were not copied yet; sorted by owner, so that the list of one merchant can include
      // them.
      outbox: { partition: 'outbox_shard', sort: 'owner', sortType: 'S' },
    },
    pointInTimeRecovery: true,
    holds: 'charges with their operations, forwards, checkout sessions, and the events of all',
  },
  Merchants: {
    key: 'record_id',
    indexes: { by_merchant: { partition: 'merchant_id', sort: 'record_id', sortType: 'S' } },
    pointInTimeRecovery: true,
    holds: 'merchants, hashed API keys, sealed secrets',
  },
  Events: {
    key: 'record_id',
    indexes: {
      lists: { partition: 'list', sort: 'list_key', sortType: 'S' },
      queues: { partition: 'queue', sort: 'due_at_ms', sortType: 'N' },
    },
    pointInTimeRecovery: true,
    expires: 'expires_at_s',
    holds: "merchants' events, their webhook endpoints, and the deliveries between the two",
  },
  CaptureKeys: {
    key: 'capture_keys',
    indexes: {},
    // A dropped key must not come back: an older state of the table would decrypt what browsers encrypted to it.
    pointInTimeRecovery: false,
    holds: 'the key pairs that browsers encrypt cards to, their private halves wrapped by KMS',
  },
  Counters: {
    key: 'counter_id',
    indexes: {},
    pointInTimeRecovery: false,
    expires: 'expires_at_s',
    holds:
      'how many attempts to make a token came from one source within ten minutes, under keyed hashes, and in which seconds a delivery was started early',
  },
  Simulator: {
    key: 'reference',
    indexes: {},
    pointInTimeRecovery: false,
    holds: "the simulated processor's own ledger, apart from the vault's",
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof TABLES;

/**
 * Shards of an index that every merchant writes to, so that no single index partition carries the whole load.
 * Changing one is a migration: rows written under the old count must still be read.
 */
export const SHARDS = { due: 8, open: 4, by_day: 4, outbox: 4, by_pan_key: 8 } as const;

/**
 * The KMS keys. `context` lists the encryption-context names every use must carry; HMAC keys take none
 * (KMS developer guide, encryption context). `DataKey` encrypts tables, logs and buckets through AWS services.
 */
export const KEYS = {
  PanKey: { spec: 'SYMMETRIC_DEFAULT', context: ['purpose', 'merchant', 'record'], purpose: 'pan' },
  CvcKey: { spec: 'SYMMETRIC_DEFAULT', context: ['purpose', 'merchant', 'record'], purpose: 'cvc' },
  CaptureKey: { spec: 'SYMMETRIC_DEFAULT', context: ['purpose', 'record'], purpose: 'capture' },
  FingerprintKey: { spec: 'HMAC_256', context: [], purpose: 'fingerprint' },
  SecretKey: { spec: 'SYMMETRIC_DEFAULT', context: ['purpose', 'merchant', 'record', 'use'], purpose: 'secret' },
  HoneyKey: { spec: 'SYMMETRIC_DEFAULT', context: ['purpose', 'record'], purpose: 'honey' },
} as const;

/** While cards are moved to a new PAN key, the previous one exists too, for decryption only. */
export type KeyName = keyof typeof KEYS | 'FormerPanKey';

export const keyKind = (name: KeyName) => KEYS[name === 'FormerPanKey' ? 'PanKey' : name];

/** `Tokens` → `TOKENS_TABLE`, the environment variable that carries the table's name. */
export const tableVariable = (table: TableName): string => `${table.toUpperCase()}_TABLE`;

/** `FormerPanKey` → `FORMER_PAN_KEY_ARN`, the environment variable that carries the key's ARN. */
export const keyVariable = (key: KeyName): string => `${key.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()}_ARN`;

/** Environment variable with the ARNs of the PAN keys before `FormerPanKey`, oldest first, between commas. */
export const OLDER_PAN_KEYS_VARIABLE = 'OLDER_PAN_KEY_ARNS';
