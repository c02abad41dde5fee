/**
 * A destination that an operator allowed for a merchant's forwards. It fixes scheme, host, port and the beginning of
 * the path. A test destination never receives a live card, and a live one never a test card (PCI DSS 4.0.1 1.3.2,
 * 6.5.5).
 */
import type { Deps } from '../../base/deps.ts';
import { certificateFingerprint, hostOf, isFor, type LiveForward } from '../../base/destinations.ts';
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

/** A destination as requests may use it; `live` is the deployment's row for a live one. */
export interface AllowedDestination extends Destination {
  readonly live?: LiveForward;
}

/**
 * Throws `destination_not_found`, also for one of the other mode, and `destination_not_deployed` for a live one that the
 * deployment does not name.
 */
export function destinationOf(deps: Deps, merchant: ForwardingMerchant, name: string, mode: Mode): AllowedDestination {
  const found = merchant.forward_destinations?.find((one) => one.name === name && one.mode === mode);
  if (found === undefined) throw new VaultError('destination_not_found', { param: 'destination' });
  return mode === 'live' ? narrowed(found, liveRow(deps, merchant, found)) : found;
}

/** The deployment's row of this name, where it allows the host and its authority. Throws `destination_not_deployed`. */
function liveRow(
  { liveDestinations = [] }: Deps,
  { merchant_id: merchantId }: Merchant,
  { name, origin, ca_pem: pem }: Destination,
): LiveForward {
  const caSha256 = pem === undefined ? undefined : certificateFingerprint(pem);
  const row = liveDestinations.find((one): one is LiveForward => one.kind === 'forward' && one.name === name);
  if (
    row === undefined ||
    !row.hosts.includes(hostOf(origin)) ||
    row.caSha256 !== caSha256 ||
    !isFor(row, merchantId)
  ) {
    throw new VaultError('destination_not_deployed', { param: 'destination' });
  }
  return row;
}

/** What both the merchant's record and the deployment allow. */
const narrowed = (record: Destination, live: LiveForward): AllowedDestination => ({
  ...record,
  live,
  origin: `https://${hostOf(record.origin)}`,
  methods: record.methods.filter((method) => live.methods.includes(method)),
  fields: { number: both(record.fields?.number, live.fields.number), cvc: both(record.fields?.cvc, live.fields.cvc) },
  dangerously_allows_loopback: false,
});

const both = (some: readonly string[] = [], others: readonly string[] = []): string[] =>
  some.filter((each) => others.includes(each));

/** What a URL's path and query may hold as they are. `%` only before two hexadecimal digits. */
const PATH = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/**
 * What a server would read otherwise than we compare it: separators, dots and `%` that it decodes later, once or twice,
 * and parameters of a path's segment, which some servers cut off before they look at `..`.
 */
const HIDDEN = /%(?:2e|2f|5c|00|25|3b)|;/i;

/** The whole URL of a request to this destination; throws `destination_path_refused` for a path that leaves it. */
export function urlUnder(destination: AllowedDestination, path: string): string {
  const refusal = new VaultError('destination_path_refused', { param: 'request.path' });
  if (!PATH.test(path) || HIDDEN.test(path.split('?')[0] ?? '')) throw refusal;
  const url = new URL(destination.origin + path);
  // A path that the URL parser rewrites, such as `/a/../b`, is not the one that was allowed.
  const isAsWritten = url.href === destination.origin + path && !url.pathname.includes('//');
  if (!isAsWritten || !isBelow(url.pathname, destination.path_prefix)) throw refusal;
  // Of a live one the query too could name an account, and bytes beyond ASCII could be dots to a server (overlong UTF-8).
  const { live } = destination;
  if (
    live !== undefined &&
    (url.search !== '' || /%[89a-f]/i.test(url.pathname) || !live.paths.some((prefix) => isBelow(url.pathname, prefix)))
  ) {
    throw refusal;
  }
  return url.href;
}

export const isBelow = (path: string, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);
