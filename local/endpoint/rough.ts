/**
 * A rougher AWS than the real one: calls on KMS and DynamoDB wait, so that they overtake each other, some are throttled,
 * and some writes that may be repeated lose their response after they took effect. Each fault is one that the SDK
 * survives: it strikes first tries only. Longer outages, and functions that die or freeze, are the simulation's
 * (tools/simulation/faults.ts).
 */
import type { IncomingHttpHeaders } from 'node:http';

/** A whole number from 0 up to, not including, `limit`. */
export type Draw = (limit: number) => number;

export interface Roughness {
  /** Waits before the call takes effect, and again before its response. */
  readonly beforeMs: number;
  readonly afterMs: number;
  /** The error that takes the place of the call. */
  readonly throttledAs?: string;
  readonly losesResponse?: true;
}

/** One first try in so many is throttled, and one write in so many loses its response. */
const ONE_IN = 12;
const WAIT_MAX_MS = 40;

/** Services by the first part of X-Amz-Target, with the error by which each throttles. */
const THROTTLES: Readonly<Record<string, string>> = {
  TrentService: 'ThrottlingException',
  DynamoDB_20120810: 'ProvisionedThroughputExceededException',
};
const WRITES: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'];

/** What befalls one call; nothing where it is on another service. */
export function faultOf(headers: IncomingHttpHeaders, body: Buffer | null, draw: Draw): Roughness | undefined {
  const [service = '', operation = ''] = headers['x-amz-target']?.toString().split('.') ?? [];
  const throttledAs = THROTTLES[service];
  if (throttledAs === undefined) return undefined;
  const waits = { beforeMs: draw(WAIT_MAX_MS), afterMs: draw(WAIT_MAX_MS) };
  const lot = draw(ONE_IN);
  if (!headers['amz-sdk-request']?.toString().startsWith('attempt=1;')) return waits;
  if (lot === 0) return { ...waits, throttledAs };
  const isRepeatable = lot === 1 && WRITES.includes(operation) && mayRepeat(body);
  return isRepeatable ? { ...waits, losesResponse: true } : waits;
}

/** No write that counts, and none of which the response is the only copy of what it removed. */
const mayRepeat = (body: Buffer | null): boolean => !/"ReturnValues":"ALL_OLD"|\bADD\b/.test(String(body));
