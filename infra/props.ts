/** The options of a vault. Each has a safe default; `props-rules.ts` refuses wrong combinations at synthesis. */
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { LiveDestination } from '../shared/base/destinations.ts';
import type { PanKeyProps } from './constructs/keys.ts';
import type { ITrailStore } from './constructs/trail-store.ts';

/** Twelve months (PCI DSS 4.0.1 10.5.1) and some weeks, because chargebacks can refer to older payments. */
export const RETENTION_DAYS = 400;

export interface CardVaultProps {
  /** The folder that `bundle.ts` filled: `<entry>/index.mjs`. */
  readonly bundles: string;
  /**
   * The key that encrypts card numbers; docs/operate.md says how to move to a new one.
   * @default - the first
   */
  readonly panKey?: PanKeyProps;
  /**
   * Where live cards may go: processors and merchants' PSPs by host and account, and the vault to which stored cards are
   * exported. An operator chooses among them for each merchant and cannot add one (docs/recipes/deploy-a-destination.md).
   * Without one of kind `export`, neither the exporting function nor any right to export exists.
   * @default - none: live cards cannot leave the vault
   */
  readonly destinations?: readonly LiveDestination[];
  /**
   * Real cards. The trail's retention can then not be shortened, not even by the account's root user. There is no
   * default, so that neither a test account is locked by accident nor a live one is left open.
   */
  readonly production: boolean;
  /**
   * Retention of the trail's files and of every log, in days; one of the periods of CloudWatch Logs. A store given as
   * `trailStore` has its own retention.
   * @default 400
   */
  readonly retentionDays?: number;
  /**
   * The topic for alarms. The vault's own topic has no subscribers; docs/runbook.md says how to add them.
   * @default - a topic in the vault
   */
  readonly alarmTopic?: ITopic;
  /**
   * The store of the trail's files: the `store` of an `AuditStack`, or one in another account.
   * @default - a `TrailStore` in the vault
   */
  readonly trailStore?: ITrailStore;
  /**
   * The trail's name; the store's policy must name it.
   * @default - made from the construct's path
   */
  readonly trailName?: string;
  /**
   * A custom host name, for browsers and servers.
   * @default - API Gateway's name, which changes if the API is created again
   */
  readonly domain?: DomainProps;
  /**
   * Puts the functions into a network that reaches only the listed hosts of processors.
   * @default - functions run in Lambda's own network: they can call any host, and no host can call them
   */
  readonly network?: NetworkProps;
  /**
   * Limits that apply before any function runs.
   * @default - the defaults of its members
   */
  readonly edge?: EdgeProps;
}

export interface DomainProps {
  /** `vault.example.com`; point it to the output `DomainTarget`. */
  readonly name: string;
  /** An ACM certificate for the name, in the vault's region. */
  readonly certificateArn: string;
  /**
   * A second name, which requires a client certificate of merchants' servers. Other names then refuse secret keys.
   * @default - secret keys alone identify merchants' servers
   */
  readonly mutualTls?: MutualTlsProps;
}

export interface MutualTlsProps {
  /** `servers.vault.example.com`; point it to the output `ServerDomainTarget`. */
  readonly name: string;
  /** A certificate for this name, issued by ACM in the vault's region. */
  readonly certificateArn: string;
  /**
   * The authorities that sign merchants' certificates: a PEM file, as `s3://bucket/key`. API Gateway does not check
   * revocation.
   */
  readonly truststoreUri: string;
  /** The version of that file, so that a write to the bucket does not admit further clients. */
  readonly truststoreVersion: string;
}

export interface NetworkProps {
  /**
   * The network's address range, between /16 and /23.
   * @default 10.64.0.0/22
   */
  readonly cidr?: string;
  /**
   * The processors that functions may reach, through a firewall in each of two zones.
   * @default - none: only the simulator
   */
  readonly egress?: EgressProps;
  /**
   * DynamoDB's managed prefix list in this region; security groups then allow only its addresses.
   * @default - port 443 of any address; in a subnet without a way out only DynamoDB and KMS are reachable
   */
  readonly dynamoDbPrefixListId?: string;
}

export interface EgressProps {
  /**
   * Further hosts beside those of `destinations`, such as sandboxes of processors and PSPs, reached over TLS on port 443:
   * `api.stripe.com`, or `.psp.example` for all names below it.
   */
  readonly hosts: readonly string[];
  /**
   * Leased lines and VPNs to acquirers that speak ISO 8583 over TCP.
   * @default - none
   */
  readonly lines?: readonly EgressLine[];
}

export interface EgressLine {
  /** A range of at most 256 addresses: `203.0.113.16/32`. */
  readonly cidr: string;
  readonly port: number;
}

export interface EdgeProps {
  /**
   * Requests for tokens per address in five minutes; this limits trying out stolen numbers.
   * @default 300
   */
  readonly tokensPerAddress?: number;
  /**
   * Requests per address in five minutes. A shop's server sends the requests of all its shoppers.
   * @default 60000
   */
  readonly requestsPerAddress?: number;
  /**
   * Requests per secret key in five minutes, from all addresses together.
   * @default 60000
   */
  readonly requestsPerKey?: number;
  /**
   * AWS's bot control, in count mode and for a fee per request. It only labels requests, because merchants' servers are
   * bots too.
   * @default false
   */
  readonly botSignals?: boolean;
}
