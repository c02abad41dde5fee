/** The verbs over a merchant's destinations, for the operator's CLI. The merchant's record holds them. */
import { X509Certificate } from 'node:crypto';
import type { Deps } from '../../base/deps.ts';
import { certificateFingerprint, hostOf, isFor } from '../../base/destinations.ts';
import { change, getItem } from '../../base/dynamo.ts';
import { refuseHopelessUrl, SafeFetchError } from '../../base/net/safe-fetch.ts';
import { MerchantError } from '../../merchants/merchant-store.ts';
import type { Mode } from '../../merchants/mode.ts';
import { type Destination, type ForwardingMerchant, isBelow } from './destination.ts';

const DESTINATIONS_MAX = 20;
const CA_PEM_MAX = 8_192;
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const FIELDS_MAX = 20;
const PLACE = /^(?:\/[\x21-\x7e]{0,199}|header:[!#$%&'*+\-.^_`|~0-9a-z]{1,100})$/;
const PREFIX = /^\/[A-Za-z0-9\-._~/]{0,199}$/;

/** Adds a destination, or replaces the one of this name and mode. Throws MerchantError. */
export async function addDestination(deps: Deps, merchantId: string, destination: Destination): Promise<void> {
  checkDestination(destination);
  if (destination.mode === 'live') checkDeployed(deps, merchantId, destination);
  await edit(deps, merchantId, (list) => [...list.filter(isOther(destination)), destination]);
}

/** Tells the operator now; functions check again at each request. */
function checkDeployed(deps: Deps, merchantId: string, destination: Destination): void {
  const forwards = (deps.liveDestinations ?? []).filter((row) => row.kind === 'forward');
  const rows = forwards.filter((row) => isFor(row, merchantId));
  const row = rows.find(({ name }) => name === destination.name);
  if (row === undefined) {
    throw new MerchantError(
      `A live destination has the name of one that is deployed: ${rows.map(({ name }) => name).join(', ') || 'this deployment names none'}. Add one to the deployment.`,
    );
  }
  const faults: readonly (readonly [is: boolean, says: string])[] = [
    [!row.hosts.includes(hostOf(destination.origin)), `--url: its host is ${row.hosts.join(' or ')}`],
    [
      !row.paths.some((path) => isBelow(destination.path_prefix, path)),
      `--url: its path is at or below ${row.paths.join(' or ')}`,
    ],
    [
      !destination.methods.every((method) => row.methods.includes(method)),
      `--method: it takes ${row.methods.join(', ')}`,
    ],
    ...(['number', 'cvc'] as const).map((field): readonly [boolean, string] => [
      !(destination.fields[field] ?? []).every((place) => row.fields[field]?.includes(place)),
      `--${field}-at: the deployment names ${row.fields[field]?.join(', ') ?? 'no field for it'}`,
    ]),
    [
      row.caSha256 !== (destination.ca_pem && certificateFingerprint(destination.ca_pem)),
      `--ca: the deployment names ${row.caSha256 === undefined ? 'none' : 'another certificate'}`,
    ],
  ];
  const said = faults.flatMap(([is, says]) => (is ? [says] : []));
  if (said.length > 0)
    throw new MerchantError(`This is wider than what is deployed as ${row.name}. ${said.join('. ')}.`);
}

/** False where there is none of this name and mode. */
export async function removeDestination(
  deps: Deps,
  merchantId: string,
  which: { readonly name: string; readonly mode: Mode },
): Promise<boolean> {
  const before = await listDestinations(deps, merchantId);
  if (before.every(isOther(which))) return false;
  await edit(deps, merchantId, (list) => list.filter(isOther(which)));
  return true;
}

export async function listDestinations(deps: Deps, merchantId: string): Promise<readonly Destination[]> {
  return (await requireMerchant(deps, merchantId)).forward_destinations ?? [];
}

const isOther =
  (which: { readonly name: string; readonly mode: Mode }) =>
  ({ name, mode }: Destination): boolean =>
    name !== which.name || mode !== which.mode;

function checkDestination(destination: Destination): void {
  const { name, mode, origin, path_prefix: prefix, methods, ca_pem: caPem } = destination;
  const allowsLoopback = destination.dangerously_allows_loopback;
  if (!NAME.test(name)) {
    throw new MerchantError(
      'A destination’s name is 1 to 40 lower-case letters, digits and dashes, and begins with a letter.',
    );
  }
  if (!isHttpsOrigin(origin)) {
    throw new MerchantError('A destination looks like https://api.psp.example: https, a host and perhaps a port.');
  }
  if (allowsLoopback && mode !== 'test') throw new MerchantError('Only a test destination may lie on this machine.');
  if (!isReachable(origin, allowsLoopback)) throw new MerchantError('A destination lies on the public Internet.');
  if (!PREFIX.test(prefix) || new URL(origin + prefix).pathname !== prefix || prefix.includes('//')) {
    throw new MerchantError('A path begins with / and is written plainly, without .. or %.');
  }
  const places = Object.values(destination.fields).flat();
  if (!places.every((place) => PLACE.test(place)) || places.length > FIELDS_MAX) {
    throw new MerchantError(
      `A field for the card is written as /card/number for a body, or header:x-card-number; there are at most ${FIELDS_MAX}.`,
    );
  }
  if (methods.length === 0) throw new MerchantError('A destination takes at least one method.');
  if (caPem !== undefined && !isCertificate(caPem)) {
    throw new MerchantError('A certificate authority is one certificate in PEM, of at most 8 KiB.');
  }
}

const isHttpsOrigin = (text: string): boolean =>
  URL.canParse(text) && new URL(text).protocol === 'https:' && new URL(text).origin === text;

function isReachable(origin: string, dangerouslyAllowLoopback: boolean): boolean {
  try {
    refuseHopelessUrl(origin, { dangerouslyAllowLoopback });
    return true;
  } catch (error) {
    if (error instanceof SafeFetchError) return false;
    throw error;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return pem.length <= CA_PEM_MAX && new X509Certificate(pem).ca;
  } catch {
    return false;
  }
}

/** Overwrites only the list that was read, so that two operators do not undo each other. */
async function edit(
  deps: Deps,
  merchantId: string,
  next: (list: readonly Destination[]) => readonly Destination[],
): Promise<void> {
  const { forward_destinations: before = [], forward_revision: revision } = await requireMerchant(deps, merchantId);
  const list = next(before);
  if (list.length > DESTINATIONS_MAX) {
    throw new MerchantError(`A merchant has at most ${DESTINATIONS_MAX} destinations.`);
  }
  const written = await change(deps, 'Merchants', merchantId, {
    update: 'SET forward_destinations = :list, forward_revision = :next',
    condition: revision === undefined ? 'attribute_not_exists(forward_revision)' : 'forward_revision = :revision',
    values: {
      ':list': list,
      ':next': (revision ?? 0) + 1,
      ...(revision !== undefined && { ':revision': revision }),
    },
  });
  if (written === null) throw new MerchantError('Another change came in between; try again.');
}

async function requireMerchant(deps: Deps, merchantId: string): Promise<ForwardingMerchant> {
  const merchant = await getItem<ForwardingMerchant>(deps, 'Merchants', merchantId);
  if (merchant?.merchant_id !== merchantId) throw new MerchantError('There is no such merchant.');
  return merchant;
}
