/**
 * The combinations of props that a vault refuses, as a table: each rule has a condition and the sentence for its error.
 * One error lists every broken rule.
 */
import { isIPv4 } from 'node:net';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { destinationFaults } from './destination-rules.ts';
import { DESTINATIONS_BYTES_MAX, egressOf, overlongLists } from './destinations.ts';
import type { CardVaultProps, DomainProps, EgressLine } from './props.ts';

/** A rule reads only the members it is about, and treats absent ones as their defaults. */
export type RuledProps = Partial<Omit<CardVaultProps, 'bundles'>>;

interface PropsRule {
  /** The requirement and its reason, for the author of the props. */
  readonly says: string;
  broken(props: RuledProps): boolean;
  /** How far the props are from what is required. */
  detail?(props: RuledProps): string;
}

const PERIODS_DAYS: readonly RetentionDays[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

export const PROPS_RULES: readonly PropsRule[] = [
  {
    says: `retentionDays must be a period CloudWatch Logs knows: ${PERIODS_DAYS.join(', ')}`,
    broken: ({ retentionDays }) => retentionDays !== undefined && !PERIODS_DAYS.includes(retentionDays),
  },
  {
    says: 'retentionDays must be at least 365 in production: PCI DSS 4.0.1 10.5.1 asks for twelve months',
    broken: ({ production, retentionDays }) =>
      production === true && retentionDays !== undefined && retentionDays < 365,
  },
  {
    says: 'trailStore needs trailName: a store that is already there admits one trail, by its name',
    broken: ({ trailStore, trailName }) => trailStore !== undefined && trailName === undefined,
  },
  {
    says: 'panKey.generation counts from 1 in whole numbers',
    broken: ({ panKey }) => panKey !== undefined && !(Number.isInteger(panKey.generation) && panKey.generation > 0),
  },
  {
    says: 'destinations must each have the form that infra/destination-rules.ts gives its kind, and a unique name',
    broken: ({ destinations = [] }) => destinationFaults(destinations).length > 0,
  },
  {
    says: `destinations must fit into a function’s environment: at most ${DESTINATIONS_BYTES_MAX} bytes of JSON for each kind`,
    broken: ({ destinations = [] }) => overlongLists(destinations).length > 0,
    detail: ({ destinations = [] }) => overlongLists(destinations).join('; '),
  },
  {
    says: 'destinations of kind export wait for panKey.former to be closed: an export leaves out cards under a former key',
    broken: ({ destinations = [], panKey }) =>
      destinations.some(({ kind }) => kind === 'export') &&
      panKey !== undefined &&
      panKey.generation > 1 &&
      panKey.former === 'opens',
  },
  {
    says: 'domain.name and domain.mutualTls.name must be host names in lower case',
    broken: ({ domain }) => hostsOf(domain).some((name) => !HOST.test(name)),
  },
  {
    says: 'domain.mutualTls.name must differ from domain.name: a shopper’s browser has no certificate to show',
    broken: ({ domain }) => domain?.mutualTls !== undefined && domain.mutualTls.name === domain.name,
  },
  {
    says: 'domain.certificateArn and domain.mutualTls.certificateArn must name certificates of ACM',
    broken: ({ domain }) =>
      [domain?.certificateArn, domain?.mutualTls?.certificateArn].some(
        (arn) => arn !== undefined && !CERTIFICATE.test(arn),
      ),
  },
  {
    says: 'domain.mutualTls.truststoreUri must name a file as s3://bucket/key',
    broken: ({ domain }) =>
      domain?.mutualTls !== undefined && !/^s3:\/\/[a-z0-9.-]+\/.+$/.test(domain.mutualTls.truststoreUri),
  },
  {
    says: 'domain.mutualTls.truststoreVersion must not be empty: without it, writing to the bucket would admit clients',
    broken: ({ domain }) => domain?.mutualTls?.truststoreVersion === '',
  },
  {
    says: 'network.cidr must be a private IPv4 range from /16 to /23: eight subnets of at least 64 addresses',
    broken: ({ network }) => network?.cidr !== undefined && !isPrivateRange(network.cidr),
  },
  {
    says: 'network.egress.hosts must be host names, or suffixes with a leading dot and at least two labels; no address, no star',
    broken: ({ network }) => network?.egress?.hosts.some((host) => !HOST.test(host.replace(/^\./, ''))) === true,
  },
  {
    says: 'network.egress.lines must each be at most 256 addresses and one port: a line to an acquirer is no way to everywhere',
    broken: ({ network }) => network?.egress?.lines?.some((line) => !isLine(line)) === true,
  },
  {
    says: 'network.egress must name a host or a line; leave it out where nothing is to be reached',
    broken: ({ network }) =>
      network?.egress !== undefined && network.egress.hosts.length + (network.egress.lines?.length ?? 0) === 0,
  },
  {
    says: 'network needs destinations or network.egress in production: without them only the simulator can be reached, which takes no real card',
    broken: ({ production, network, destinations = [] }) =>
      production === true && network !== undefined && egressOf({ network, destinations }) === undefined,
  },
  {
    says: 'edge limits must be whole numbers from 10 to 2000000000, which is what AWS WAF takes',
    broken: ({ edge }) =>
      [edge?.tokensPerAddress, edge?.requestsPerAddress, edge?.requestsPerKey].some(
        (limit) => limit !== undefined && !(Number.isInteger(limit) && limit >= 10 && limit <= 2_000_000_000),
      ),
  },
];

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const CERTIFICATE = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/;

const hostsOf = (domain: DomainProps | undefined): string[] =>
  domain === undefined ? [] : [domain.name, ...(domain.mutualTls ? [domain.mutualTls.name] : [])];

/** RFC 1918: a public range would hide the hosts that really have these addresses. */
function isPrivateRange(cidr: string): boolean {
  const prefix = Number(/^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.)[\d.]+\/(\d+)$/.exec(cidr)?.[1]);
  return isIPv4(cidr.split('/')[0] ?? '') && prefix >= 16 && prefix <= 23;
}

function isLine({ cidr, port }: EgressLine): boolean {
  const [address = '', prefix] = cidr.split('/');
  const bits = Number(prefix);
  return isIPv4(address) && bits >= 24 && bits <= 32 && Number.isInteger(port) && port >= 1 && port <= 65_535;
}

/** Throws one error that lists every broken rule. */
export function checkProps(props: RuledProps): void {
  const broken = PROPS_RULES.filter((rule) => rule.broken(props));
  const saidOf = ({ says, detail }: PropsRule) => (detail === undefined ? says : `${says} (${detail(props)})`);
  if (broken.length > 0) {
    throw new Error(['The vault cannot be built:', ...broken.map(saidOf)].join('\n- '));
  }
}
