/** The records of a merchant and its API keys. A key is shown once and stored as its SHA-256 (PCI DSS 4.0.1 8.3.2). */
import { type RandomBytes, randomText, sha256Hex } from '../base/ids.ts';
import type { OwnLimits } from './limits.ts';
import type { Mode } from './mode.ts';

export type KeyKind = 'publishable' | 'secret';

export interface Merchant {
  /** `mer_…`, also the partition of the by_merchant index. */
  readonly record_id: string;
  readonly merchant_id: string;
  readonly name: string;
  /** Pages of these origins may mount the hosted field: scheme, host and port. */
  readonly allowed_origins: readonly string[];
  readonly token_ttl_minutes: number;
  /** Ceilings of attempts that differ from the defaults. */
  readonly limits?: OwnLimits;
  /** Counts the changes of origins and limits, so that two at once do not undo each other. */
  readonly settings_version?: number;
  readonly created_at_ms: number;
  /** In addition to the simulator, which every merchant has in test mode. */
  readonly processors?: readonly ProcessorRecord[];
  /** Counts the changes of `processors`, so that two at once do not undo each other. */
  readonly processors_version?: number;
}

/** A processor of a merchant, as its record keeps it. */
export interface ProcessorRecord {
  /** The merchant's own name for it; stays with every charge. */
  readonly name: string;
  readonly adapter: string;
  readonly mode: Mode;
  readonly settings: Readonly<Record<string, string>>;
  /** The name of the merchant's secret that it needs. */
  readonly secret?: string;
  /** Receives the charges of its mode that name no processor. */
  readonly is_default: boolean;
}

export interface ApiKeyRecord {
  /** `key_<SHA-256 of the key, hex>`. */
  readonly record_id: string;
  readonly merchant_id: string;
  readonly kind: KeyKind;
  readonly mode: Mode;
  readonly status: 'active' | 'revoked';
  /** Prefix and last four characters, enough for a person to tell keys apart. */
  readonly hint: string;
  readonly created_at_ms: number;
  readonly revoked_at_ms?: number;
}

/** The caller, from its API key. `owner` separates merchants and modes in every table. */
export interface Caller {
  readonly merchantId: string;
  readonly mode: Mode;
  readonly kind: KeyKind;
  /** `mer_…/test`. */
  readonly owner: string;
}

/** A caller, and its merchant's record as it is now, read where a verb asks for it. */
export interface KnownCaller {
  readonly caller: Caller;
  merchant(): Promise<Merchant>;
}

const PREFIX = { publishable: 'pk', secret: 'sk' } as const;

/** `pk_test_…` with 130 random bits. */
export const makeApiKey = (kind: KeyKind, mode: Mode, random: RandomBytes): string =>
  `${PREFIX[kind]}_${mode}_${randomText(random)}`;

export const apiKeyRecordId = (key: string): string => `key_${sha256Hex(key)}`;

export const hintOf = (key: string): string => `${key.slice(0, 'pk_test_'.length)}…${key.slice(-4)}`;

/** Whether a text has the form of an API key; says nothing about whether it was ever issued. */
export const isApiKeyForm = (text: string): boolean => /^[ps]k_(test|live)_[a-z2-7]{26}$/.test(text);
