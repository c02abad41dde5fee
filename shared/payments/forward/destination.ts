/**
 * A destination: where a merchant's forwards may go, as an operator allowed it. Scheme, host and port are fixed, the
 * path begins as said, and a test destination is never sent a live card, nor a live one a test card
 * (PCI DSS 4.0.1 1.3.2, 6.5.5).
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
  /** Whether a card's data may stand in a header, where proxies and servers like to log it. */
  readonly takes_card_in_headers: boolean;
  /** The only certificate authority trusted for it, instead of the public ones; a certificate in PEM. */
  readonly ca_pem?: string;
  /** May lie at 127.0.0.1; the local runtime alone does as it says, and only with test cards. */
  readonly dangerously_allows_loopback: boolean;
}

/** A merchant's record with its list; absent where none was ever added. */
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

/** What a URL's path and query may hold as they are. `%` only before two hexadecimal digits. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/** Separators and dots that a server would decode after we have compared the path. */
const HIDDEN = /%(?:2e|2f|5c|00)/i;

/** The whole URL of a request to this destination; throws `destination_path_refused` for a path that leaves it. */
export function urlUnder(destination: Destination, path: string): string {
  const refusal = new VaultError('destination_path_refused', { param: 'request.path' });
  if (!PATH.test(path) || HIDDEN.test(path)) throw refusal;
  const url = new URL(destination.origin + path);
  // A path that a URL parser rewrites, as it does `/a/../b`, is not the one that was allowed.
  const isAsWritten = url.href === destination.origin + path && !url.pathname.includes('//');
  if (!isAsWritten || !isBelow(url.pathname, destination.path_prefix)) throw refusal;
  return url.href;
}

const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
