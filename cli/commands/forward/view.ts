/** Formats a merchant's destinations, for people and as JSON. */
import type { Destination } from '../../../shared/payments/forward/destination.ts';
import { columns } from '../../core/help.ts';

export function destinationLines(destinations: readonly Destination[]): string[] {
  if (destinations.length === 0) return ['This merchant has no destinations; nothing can be forwarded.'];
  return columns(
    destinations.map((one) => [
      `${one.mode} ${one.name}`,
      [one.methods.join('|'), one.origin + one.path_prefix, ...notesOf(one)].join('  '),
    ]),
  );
}

const notesOf = (one: Destination): string[] => [
  ...Object.entries(one.fields ?? {}).flatMap(([field, places]) => places.map((place) => `${field} at ${place}`)),
  ...(one.ca_pem === undefined ? [] : ['its own certificate authority']),
  ...(one.dangerously_allows_loopback ? ['may lie on this machine'] : []),
];

export const destinationJson = ({ ca_pem: caPem, ...destination }: Destination) => ({
  ...destination,
  has_own_ca: caPem !== undefined,
});
