/**
 * A destination that an operator allowed for a merchant's forwards. It fixes scheme, host, port and the beginning of
 * the path. A test destination never receives a live card, and a live one never a test card (PCI DSS 4.0.1 1.3.2,
 * 6.5.5).
 */
import { VaultError } from '../../base/errors.ts';
import type { Merchant } from '../../merchants/merchant.ts';
import type { Mode } from '../../merchants/mode.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const;
type ForwardMethod = (typeof METHODS)[number];

export interface Destination {
  readonly name: string;
  readonly mode: Mode;
  /** `https://api.psp.example` or with a port; never with a path. */
  readonly origin: string;
  /** `/v1/payments`: this path and what lies below it. */
  readonly path_prefix: string;
  readonly methods: readonly ForwardMethod[];
  /** Whether card data may be in a header, which proxies and servers often log. */
  readonly takes_card_in_headers: boolean;
  /** The only certificate authority trusted for it, in PEM; the public ones unless given. */
  readonly ca_pem?: string;
  /** May be at 127.0.0.1. Only the local runtime allows that, and only with test cards. */
  readonly dangerously_allows_loopback: boolean;
}

/** A merchant's record with its destinations; absent where none was ever added. */
export interface ForwardingMerchant extends Merchant {
  readonly forward_destinations?: readonly Destination[];
  /** Counts the changes of the list. */
  readonly forward_revision?: number;
}

/** Throws `destination_not_found`, also for one of the other mode. */
export function destinationOf(merchant: ForwardingMerchant, name: string, mode: Mode): Destination {
  const found = merchant.forward_destinations?.find((one) => one.name === name && one.mode === mode);
  if (found === undefined) throw new VaultError('destination_not_found', { param: 'destination' });
  return found;
}

/** Characters of a URL's path and query; `%` only before two hexadecimal digits. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/** Encoded separators and dots, which a server may decode after the path was compared. */
const HIDDEN = /%(?:2e|2f|5c|00)/i;

/** The whole URL of a request to this destination; throws `destination_path_refused` for a path that leaves it. */
export function urlUnder(destination: Destination, path: string): string {
  const refusal = new VaultError('destination_path_refused', { param: 'request.path' });
  if (!PATH.test(path) || HIDDEN.test(path)) throw refusal;
  const url = new URL(destination.origin + path);
  // A path that the URL parser rewrites, such as `/a/../b`, is not the one that was allowed.
  const isAsWritten = url.href === destination.origin + path && !url.pathname.includes('//');
  if (!isAsWritten || !isBelow(url.pathname, destination.path_prefix)) throw refusal;
  return url.href;
}

const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
