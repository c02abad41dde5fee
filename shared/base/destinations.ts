/**
 * Where live cards may go: a list that only a deployment can change (V14). The stack makes a resource for each host and
 * account, named after both, and gives the list to the functions; a merchant's record can choose among its rows and narrow
 * them. What the list does not name is refused, so a function without a list sends no live card anywhere
 * (PCI DSS 4.0.1 7.2.2).
 */
import { X509Certificate } from 'node:crypto';

interface Receives {
  readonly name: string;
  /** `api.psp.example` or, beside port 443, `auth.acquirer.example:7001`. */
  readonly hosts: readonly string[];
  /**
   * The accounts that may receive there: a credential by its fingerprint, or an account by the receiver's name for it.
   */
  readonly accounts: readonly string[];
  /** SHA-256 of the one certificate authority that is trusted for it, instead of the public ones. */
  readonly caSha256?: string | undefined;
  /** The merchants that may send cards there; absent: every merchant. */
  readonly merchants?: readonly string[] | undefined;
}

/** Takes the charges of a merchant. */
export interface LiveProcessor extends Receives {
  readonly kind: 'processor';
}

/** A merchant's own PSP, which takes requests of the merchant's making. */
export interface LiveForward extends Receives {
  readonly kind: 'forward';
  /** Paths under which requests may go. */
  readonly paths: readonly string[];
  readonly methods: readonly ('POST' | 'PUT' | 'PATCH')[];
  /** The fields in which a card may stand: `/card/number`, `header:x-card-number`. */
  readonly fields: { readonly number?: readonly string[] | undefined; readonly cvc?: readonly string[] | undefined };
  /** The field in which each request carries the credential, and so names the account. */
  readonly credentialAt: string;
  /** Headers that requests may carry, other than those that cannot name an account. */
  readonly headers?: readonly string[] | undefined;
}

/** Another vault, to which stored cards are exported. */
export interface LiveExport {
  readonly name: string;
  readonly kind: 'export';
  /** RFC 7638, SHA-256, of its JWK. */
  readonly thumbprint: string;
}

export type LiveDestination = LiveProcessor | LiveForward | LiveExport;

/** The variable with the list of a function: JSON of the rows of the kind it sends cards to. */
export const DESTINATIONS_VARIABLE = 'LIVE_DESTINATIONS';

/** The stack has checked the list when it was synthesized; absent means none. */
export const readDestinations = (json: string | undefined): readonly LiveDestination[] =>
  json === undefined ? [] : (JSON.parse(json) as LiveDestination[]);

/**
 * The names of the resources that stand for a destination, one for each host and account, as AWS's own record of a
 * deployment shows them: `forward/api.psp.example/443/sha256-…`, `export/cn-I_WNM…`.
 */
export const receiverNames = (destination: LiveDestination): string[] =>
  destination.kind === 'export'
    ? [`export/${destination.thumbprint}`]
    : destination.hosts.flatMap((host) =>
        destination.accounts.map((account) => receiverName(destination.kind, host, account)),
      );

function receiverName(kind: LiveDestination['kind'], host: string, account: string): string {
  const [name, port = '443'] = host.split(':');
  return `${kind}/${name}/${port}/${account}`;
}

/** Where a live card was sent: in an entry of the ledger, an event and the evidence. */
export interface SentTo {
  /** The name of the deployed destination. */
  readonly destination: string;
  /** Its resources that stand for the host and the accounts, by `receiverNames`. */
  readonly receivers: readonly string[];
}

/** `accounts` are those that the request names. */
export const sentTo = (
  { name, kind }: LiveProcessor | LiveForward,
  host: string,
  accounts: readonly string[],
): SentTo => ({ destination: name, receivers: accounts.map((account) => receiverName(kind, host, account)) });

/** The folder of these names in the account; a stack's own, so that two vaults do not share one. */
export const destinationFolder = (stackName: string): string => `/fuda/${stackName}/destinations`;

/** Such a name, of any stack. */
export const DESTINATION_NAME = /^\/fuda\/[A-Za-z0-9-]{1,128}\/destinations\/[A-Za-z0-9_.\-/]{1,800}$/;

/** `api.psp.example` of `https://api.psp.example`, with its port where that is not 443; empty for what is no URL. */
export const hostOf = (origin: string): string => (URL.canParse(origin) ? new URL(origin).host : '');

/**
 * SHA-256 of a certificate in PEM, hexadecimal. Of a text with anything beside that one certificate it is null: TLS would
 * trust a second one too.
 */
export function certificateFingerprint(pem: string): string | null {
  const certificate = readCertificate(pem);
  const isAlone = certificate?.toString().replace(/\s/g, '') === pem.replace(/\s/g, '');
  return isAlone ? certificate.fingerprint256.replaceAll(':', '').toLowerCase() : null;
}

function readCertificate(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null;
  }
}

/** The receiver of a card, as a merchant's record and its credential say. */
export interface Receiver {
  readonly merchantId: string;
  readonly host: string;
  /** Null where nothing names one, which no deployment allows. */
  readonly account: string | null;
  /** Null for an authority that has no fingerprint, which no deployment allows either. */
  readonly caSha256?: string | null | undefined;
}

/** Whether a row names an account as its receiver does, and not only credentials by their fingerprints. */
export const namesAccount = ({ accounts }: Receives): boolean =>
  accounts.some((account) => !account.startsWith('sha256-'));

/** Whether a merchant's cards may go to a row. */
export const isFor = (row: LiveProcessor | LiveForward, merchantId: string): boolean =>
  row.merchants?.includes(merchantId) ?? true;

/** The row that allows this receiver; undefined for none. */
export function allowedDestination<Kind extends 'processor' | 'forward'>(
  list: readonly LiveDestination[],
  kind: Kind,
  receiver: Receiver,
): Extract<LiveDestination, { kind: Kind }> | undefined {
  const { host, account, caSha256, merchantId } = receiver;
  return list.find(
    (row): row is Extract<LiveDestination, { kind: Kind }> =>
      row.kind === kind &&
      isFor(row, merchantId) &&
      row.hosts.includes(host) &&
      row.caSha256 === caSha256 &&
      account !== null &&
      row.accounts.includes(account),
  );
}
