/** What the ledger records of a reason for a decryption (V5). Entries of kinds that open no card are a finding. */
import { type CardKey, ENTRIES, type EntryKindName } from '../../shared/base/entries.ts';
import type { KeyName } from '../../shared/base/tables.ts';

/** Kinds of entry that open cards. */
export type ReasonKind = {
  [Kind in EntryKindName]: (typeof ENTRIES)[Kind]['openedBy'] extends readonly [] ? never : Kind;
}[EntryKindName];

export const REASON_KINDS = (Object.keys(ENTRIES) as EntryKindName[]).filter(
  (kind): kind is ReasonKind => ENTRIES[kind].openedBy.length > 0,
);

/** The former PAN key counts as the PAN key until its cards have moved. */
export const cardKeyOf = (key: KeyName): CardKey | undefined =>
  key === 'FormerPanKey' ? 'PanKey' : key === 'PanKey' || key === 'CvcKey' ? key : undefined;

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
  REASON_KINDS.find((kind) => id.startsWith(`${ENTRIES[kind].prefix}_`));

export const mayOpen = ({ kind, onlyKey }: Pick<RecordedReason, 'kind' | 'onlyKey'>, key: CardKey): boolean =>
  (onlyKey === undefined || onlyKey === key) && (ENTRIES[kind].opens as readonly CardKey[]).includes(key);
