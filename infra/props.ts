/**
 * What a platform team may decide about its vault. Each member has a default that is safe; what may not be combined is
 * in `props-rules.ts` and fails at synthesis.
 */
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { PanKeyProps } from './constructs/keys.ts';
import type { ITrailStore } from './constructs/trail-store.ts';

/** Twelve months (PCI DSS 4.0.1 10.5.1), and what a chargeback may still ask for after them. */
export const RETENTION_DAYS = 400;

export interface CardVaultProps {
  /** The folder `bundle.ts` filled: `<entry>/index.mjs`. */
  readonly bundles: string;
  /**
   * Which key encrypts card numbers; docs/operate.md says how to move to a new one.
   * @default - the first
   */
  readonly panKey?: PanKeyProps;
  /**
   * Lets stored cards be exported, encrypted to this one key: the RFC 7638 thumbprint (SHA-256) of the JWK of the vault
   * they move to. Without it neither the function nor any right to export exists.
   * @default - cards cannot be exported
   */
  readonly cardExportRecipient?: string;
  /**
   * Real cards. The trail's retention can then be shortened by nobody, the account's root user included, which is why
   * there is no default: neither may a test account be locked by accident, nor a live one be left open.
   */
  readonly production: boolean;
  /**
   * How long the trail's files and every log are kept, in days; one of the periods CloudWatch Logs knows. A store given
   * as `trailStore` keeps its files as long as it was told itself.
   * @default 400
   */
  readonly retentionDays?: number;
  /**
   * Where alarms go. Nobody is subscribed to the vault's own; docs/runbook.md says how.
   * @default - a topic of the vault's own
   */
  readonly alarmTopic?: ITopic;
  /**
   * Where the trail's files go; the `store` of an `AuditStack`, or one in another account.
   * @default - a `TrailStore` beside the vault
   */
  readonly trailStore?: ITrailStore;
  /**
   * The trail's name, which its store must admit.
   * @default - made from the construct's path
   */
  readonly trailName?: string;
  /**
   * The vault's own host name, for browsers and servers.
   * @default - API Gateway's name, which changes when the API is made again
   */
  readonly domain?: DomainProps;
  /**
   * Puts the functions into a network without a way out but to the named hosts of processors.
   * @default - functions run in Lambda's own network, which lets them call anywhere and be called by nobody
   */
  readonly network?: NetworkProps;
  /**
   * Limits before any function runs.
   * @default - as its members say
   */
  readonly edge?: EdgeProps;
}

export interface DomainProps {
  /** `vault.example.com`; point it at the output `DomainTarget`. */
  readonly name: string;
  /** A certificate of ACM for the name, in the vault's region. */
  readonly certificateArn: string;
  /**
   * A second name under which merchants' servers show a certificate. Secret keys are then refused anywhere else.
   * @default - secret keys alone identify merchants' servers
   */
  readonly mutualTls?: MutualTlsProps;
}

export interface MutualTlsProps {
  /** `servers.vault.example.com`; point it at the output `ServerDomainTarget`. */
  readonly name: string;
  /** A certificate of ACM for this name, in the vault's region, issued by ACM. */
  readonly certificateArn: string;
  /** The authorities that sign merchants' certificates: a PEM file, as `s3://bucket/key`. API Gateway checks no revocation. */
  readonly truststoreUri: string;
  /** The version of that file, so that writing to the bucket alone admits nobody. */
  readonly truststoreVersion: string;
}

export interface NetworkProps {
  /**
   * The network's addresses, between /16 and /23.
   * @default 10.64.0.0/22
   */
  readonly cidr?: string;
  /**
   * What processors may be reached, through a firewall in each of two zones.
   * @default - none: the simulator only
   */
  readonly egress?: EgressProps;
  /**
   * DynamoDB's managed prefix list in this region, to which security groups are then narrowed.
   * @default - port 443 of any address; where there is no route, that reaches DynamoDB and KMS only
   */
  readonly dynamoDbPrefixListId?: string;
}

export interface EgressProps {
  /** Hosts of processors and merchants' PSPs, reached over TLS on port 443: `api.stripe.com`, or `.psp.example` for all below. */
  readonly hosts: readonly string[];
  /**
   * Leased lines and the like: acquirers that speak ISO 8583 over TCP.
   * @default - none
   */
  readonly lines?: readonly EgressLine[];
}

export interface EgressLine {
  /** An address range of at most 256: `203.0.113.16/32`. */
  readonly cidr: string;
  readonly port: number;
}

export interface EdgeProps {
  /**
   * Tries at making tokens that one address has in any five minutes; where stolen numbers are tried out.
   * @default 300
   */
  readonly tokensPerAddress?: number;
  /**
   * Requests that one address has in any five minutes. A shop's server speaks for all its shoppers.
   * @default 60000
   */
  readonly requestsPerAddress?: number;
  /**
   * Requests that one API key has in any five minutes, from wherever.
   * @default 60000
   */
  readonly requestsPerKey?: number;
  /**
   * AWS's bot control in count mode, for a fee per request: signals for whoever watches, not a gate, since merchants'
   * servers are bots too.
   * @default false
   */
  readonly botSignals?: boolean;
}
