/**
 * A destination that an operator allowed for a merchant's forwards. It fixes scheme, host, port and the beginning of
 * the path. A test destination never receives a live card, and a live one never a test card (PCI DSS 4.0.1 1.3.2,
 * 6.5.5).
 */
import { VaultError } from '../../base/errors.ts';
import type { Merchant } from '../../merchants/merchant.ts';
import type { Mode } from '../../merchants/mode.ts';
import type { OpenedField } from './template.ts';

export const METHODS = ['POST', 'PUT', 'PATCH'] as const;
type ForwardMethod = (typeof METHODS)[number];

/** `/card/number` in a body, as `body.ts` writes places, or `header:x-card-number`. */
export type CardPlaces = Readonly<Partial<Record<OpenedField, readonly string[]>>>;

export interface Destination {
  readonly name: string;
  readonly mode: Mode;
  /** `https://api.psp.example` or with a port; never with a path. */
  readonly origin: string;
  /** `/v1/payments`: this path and what lies below it. */
  readonly path_prefix: string;
  readonly methods: readonly ForwardMethod[];
  /** Where in a request a card's number and security code may stand, each alone in its field; nowhere else. */
  readonly fields: CardPlaces;
  /** The only certificate authority trusted for it, instead of the public ones; a certificate in PEM. */
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
/**
 * What a server would read otherwise than we compare it: separators, dots and `%` that it decodes later, once or twice,
 * and parameters of a path's segment, which some servers cut off before they look at `..`.
 */
const HIDDEN = /%(?:2e|2f|5c|00|25|3b)|;/i;

/** The whole URL of a request to this destination; throws `destination_path_refused` for a path that leaves it. */
export function urlUnder(destination: Destination, path: string): string {
  const refusal = new VaultError('destination_path_refused', { param: 'request.path' });
  if (!PATH.test(path) || HIDDEN.test(path.split('?')[0] ?? '')) throw refusal;
  const url = new URL(destination.origin + path);
  // A path that the URL parser rewrites, such as `/a/../b`, is not the one that was allowed.
  const isAsWritten = url.href === destination.origin + path && !url.pathname.includes('//');
  if (!isAsWritten || !isBelow(url.pathname, destination.path_prefix)) throw refusal;
  return url.href;
}

const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
