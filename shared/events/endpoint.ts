/**
 * A webhook endpoint: one URL of one merchant in one mode, which receives every event newer than itself. Its signing
 * secrets are among the merchant's encrypted secrets, under names that only this file makes.
 */
import { isId } from '../base/ids.ts';
import type { Mode } from '../merchants/mode.ts';
import type { SecretUse } from '../merchants/secret-store.ts';

/** All endpoints are in one list, sorted by owner. */
export const ENDPOINTS_LIST = 'endpoints';

export interface SigningVersion {
  /** Counts up with each rotation. */
  readonly version: number;
  /** Until this time a replaced secret signs too. */
  readonly until_ms?: number;
}

export interface EndpointItem {
  /** `we_…`. */
  readonly record_id: string;
  /** Absent once removed. */
  readonly list?: typeof ENDPOINTS_LIST;
  /** `<owner>#<endpoint id>`. */
  readonly list_key?: string;
  /** `mer_…/test`. */
  readonly owner: string;
  readonly merchant_id: string;
  readonly mode: Mode;
  readonly url: string;
  /** `gone`: it responded with 410 and receives nothing until it is replayed. */
  readonly status: 'active' | 'gone' | 'removed';
  /** Newest first, at most two. */
  readonly signing: readonly SigningVersion[];
  readonly created_at_ms: number;
}

/** Name of this version of the endpoint's secret in merchants/secrets.ts. */
export const secretName = (endpointId: string, version: number): string =>
  `webhook-${endpointId.slice('we_'.length)}-${version}`;

/** All versions of an endpoint's secret are for it and for nothing else. */
export const secretUse = (endpointId: string): SecretUse => `webhook:${endpointId}`;

/** The versions that sign at this time, newest first. */
export const activeVersions = ({ signing }: EndpointItem, nowMs: number): SigningVersion[] =>
  signing.filter(({ until_ms: untilMs }) => untilMs === undefined || nowMs < untilMs);

export const isEndpointId = (text: string): boolean => isId('we', text);
