/** What follows from the destinations of live cards: the lists of functions, the ways out, and resources with their names. */
import { Stack } from 'aws-cdk-lib';
import { CfnParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { destinationFolder, type LiveDestination, receiverNames } from '../shared/base/destinations.ts';
import type { EgressProps, NetworkProps } from './props.ts';

/** Of the 4 KB that Lambda gives a function's environment; the names of tables and keys take the rest. */
export const DESTINATIONS_BYTES_MAX = 2_500;

/** Kind → its rows as functions read them. */
export const listsByKind = (
  destinations: readonly LiveDestination[],
): Readonly<Partial<Record<LiveDestination['kind'], string>>> =>
  Object.fromEntries(
    [...new Set(destinations.map(({ kind }) => kind))].map((kind) => [
      kind,
      JSON.stringify(destinations.filter((each) => each.kind === kind)),
    ]),
  );

/** `forward: 8120 bytes, of 40 rows the first 11 fit`, for each kind with too many. */
export function overlongLists(destinations: readonly LiveDestination[]): string[] {
  return Object.entries(listsByKind(destinations)).flatMap(([kind, json]) => {
    const bytes = Buffer.byteLength(json);
    if (bytes <= DESTINATIONS_BYTES_MAX) return [];
    const rows = JSON.parse(json) as LiveDestination[];
    const tooMany = rows.findIndex(
      (_, at) => Buffer.byteLength(JSON.stringify(rows.slice(0, at + 1))) > DESTINATIONS_BYTES_MAX,
    );
    return [`${kind}: ${bytes} bytes, of ${rows.length} rows the first ${tooMany} fit`];
  });
}

/** The ways out of the network: to each host that may receive live cards, and those that are listed beside them. */
export function egressOf({
  network,
  destinations = [],
}: {
  readonly network: NetworkProps;
  readonly destinations?: readonly LiveDestination[];
}): EgressProps | undefined {
  const hosts = destinations.flatMap((each) => (each.kind === 'export' ? [] : each.hosts));
  const { egress } = network;
  if (egress === undefined && hosts.length === 0) return undefined;
  return { ...egress, hosts: [...new Set([...hosts, ...(egress?.hosts ?? [])])] };
}

export function withEgress(network: NetworkProps, destinations: readonly LiveDestination[]): NetworkProps {
  const egress = egressOf({ network, destinations });
  return egress === undefined ? network : { ...network, egress };
}

/**
 * A parameter for each host and account. Its name makes AWS's own record of the deployment say where live cards may go, since
 * the trail shows neither templates nor environments (V14). No function reads its value, and one reads its date. Standard
 * parameters are free.
 */
export class Destinations extends Construct {
  constructor(scope: Construct, id: string, destinations: readonly LiveDestination[]) {
    super(scope, id);
    const folder = destinationFolder(Stack.of(this).stackName);
    for (const destination of destinations) {
      for (const name of receiverNames(destination)) {
        new CfnParameter(this, name.replaceAll('/', '-'), {
          name: `${folder}/${name}`,
          type: 'String',
          tier: 'Standard',
          value: destination.name,
          description: 'Fuda: live cards may go here',
        });
      }
    }
  }
}
