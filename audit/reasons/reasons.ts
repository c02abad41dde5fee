/**
 * The kinds of ledger entry that explain a decryption (V5). A new use of cards needs a new row here; entries of other
 * kinds count as unreadable and are a finding.
 */
import type { KeyName } from '../../shared/base/tables.ts';

/** `prefix` begins the entry's id; `keys` are those it may decrypt with. */
const REASONS = {
  charge: { prefix: 'ch_', keys: ['PanKey', 'CvcKey'] },
  forward: { prefix: 'fwd_', keys: ['PanKey', 'CvcKey'] },
  card_export: { prefix: 'exp_', keys: ['PanKey'] },
} as const satisfies Record<string, { readonly prefix: string; readonly keys: readonly CardKey[] }>;

export type ReasonKind = keyof typeof REASONS;
export type CardKey = 'PanKey' | 'CvcKey';

/** The former PAN key counts as the PAN key until its cards have moved. */
export const cardKeyOf = (key: KeyName): CardKey | undefined =>
  key === 'FormerPanKey' ? 'PanKey' : key === 'PanKey' || key === 'CvcKey' ? key : undefined;

export const REASON_KINDS = Object.keys(REASONS) as readonly ReasonKind[];

/** The parts of a recorded reason that the audit needs; ledger-reader.ts reads them. */
export interface RecordedReason {
  readonly kind: ReasonKind;
  readonly id: string;
  readonly merchantId: string;
  readonly createdAtMs: number;
  /** The `record` of the encryption context: the token's hash, or the card's id. */
  readonly record: string;
  /** The only key of this reason, where one entry decrypts two records under different keys. */
  readonly onlyKey?: CardKey;
  readonly decryptions: readonly RecordedDecryption[];
  /** The receivers of the card, by the names of their deployed resources. None for a test card. */
  readonly receivers?: readonly string[];
  /** Those of them that got no card before. */
  readonly firstUses?: readonly RecordedFirstUse[];
  /** Tries after which the SDK gave up; one where that is not recorded. */
  readonly triesWithoutResponse?: number;
  /** The ReEncrypt that stored the card of a charge. */
  readonly storeRequestId: string | undefined;
  /** When the processor responded, where recorded: authorization as PCI DSS 4.0.1 3.3.1 means it. */
  readonly respondedAtMs?: number | undefined;
}

/** The vault's word for it: the first card to a receiver, and when AWS said that the receiver was deployed. */
export interface RecordedFirstUse {
  readonly receiver: string;
  readonly deployedAtMs: number | null;
}

interface RecordedDecryption {
  readonly key: CardKey;
  readonly requestId: string;
  readonly atMs: number;
  /** Tries of the SDK; all except the last lost their response and with it their request id. */
  readonly tries: number;
}

/** The kind of a record by its id; undefined for other ids. */
export const reasonKindOf = (id: string): ReasonKind | undefined =>
  REASON_KINDS.find((kind) => id.startsWith(REASONS[kind].prefix));

export const mayOpen = ({ kind, onlyKey }: Pick<RecordedReason, 'kind' | 'onlyKey'>, key: CardKey): boolean =>
  (onlyKey === undefined || onlyKey === key) && (REASONS[kind].keys as readonly CardKey[]).includes(key);
