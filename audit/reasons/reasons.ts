/**
 * Why the vault may decrypt a card: the kinds of record in its ledger that account for a decryption (V5). A new way to
 * use a card is a new row here; whatever the ledger holds beyond these rows is counted as unreadable and is a finding.
 */

/** `prefix` begins the record's id; `keys` are those it may open. */
const REASONS = {
  charge: { prefix: 'ch_', keys: ['PanKey', 'CvcKey'] },
  forward: { prefix: 'fwd_', keys: ['PanKey', 'CvcKey'] },
  card_export: { prefix: 'exp_', keys: ['PanKey'] },
} as const satisfies Record<string, { readonly prefix: string; readonly keys: readonly CardKey[] }>;

export type ReasonKind = keyof typeof REASONS;
export type CardKey = 'PanKey' | 'CvcKey';

export const REASON_KINDS = Object.keys(REASONS) as readonly ReasonKind[];

/** A recorded reason as far as the audit needs it; ledger-reader.ts says where it comes from. */
export interface RecordedReason {
  readonly kind: ReasonKind;
  readonly id: string;
  readonly merchantId: string;
  readonly createdAtMs: number;
  /** The `record` of the encryption context: the token's hash, or the card's id. */
  readonly record: string;
  /** The only key this reason opens, where one entry of the ledger opens two records, each under a key of its own. */
  readonly onlyKey?: CardKey;
  readonly decryptions: readonly RecordedDecryption[];
  /** How often the SDK asked for a decryption where it gave up; one where that is not recorded. */
  readonly triesWithoutResponse?: number;
  /** The ReEncrypt that stored the card, when a charge saved one. */
  readonly storeRequestId: string | undefined;
  /** When the processor responded, where that is recorded: authorization as PCI DSS 4.0.1 3.3.1 means it. */
  readonly respondedAtMs?: number | undefined;
}

interface RecordedDecryption {
  readonly key: CardKey;
  readonly requestId: string;
  readonly atMs: number;
  /** How often the SDK asked KMS; all but the last attempt lost their response and with it their request id. */
  readonly attempts: number;
}

/** The kind a record's id tells; undefined for an id of no kind listed here. */
export const reasonKindOf = (id: string): ReasonKind | undefined =>
  REASON_KINDS.find((kind) => id.startsWith(REASONS[kind].prefix));

export const mayOpen = ({ kind, onlyKey }: Pick<RecordedReason, 'kind' | 'onlyKey'>, key: CardKey): boolean =>
  (onlyKey === undefined || onlyKey === key) && (REASONS[kind].keys as readonly CardKey[]).includes(key);
