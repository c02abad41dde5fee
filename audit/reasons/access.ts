/**
 * Sums up every use of the vault's keys and tables while the trail is read: by merchant, role, purpose and day, by
 * origin, by call. Lists hold only what a person must look at and are bounded; all rows go to the appendix.
 */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { AppendixSink } from '../base/appendix.ts';
import { type Bounded, BoundedGroups, BoundedList } from '../base/bounded.ts';
import { type CallEvent, type KeyEvent, type TableEvent, trimmed } from '../trail/events.ts';
import type { ReEncryptionUse } from './moves.ts';
import { isMissingStep } from './order.ts';
import type { ReasonKind, RecordedFirstUse } from './reasons.ts';
import { type ExplainedDecryption, PURPOSES, type UnseenDecryption } from './reconcile.ts';
import {
  ADMINISTRATION,
  type Administration,
  DECRYPTIONS,
  RE_ENCRYPTIONS,
  REFUSED,
  UNSEEN_DECRYPTIONS,
} from './tables.ts';

interface Seen {
  count: number;
  firstMs: number;
  lastMs: number;
}

/** Decryptions of one merchant's cards by one role for one purpose on one day (UTC). */
export interface DecryptionGroup extends Seen {
  readonly merchant: string;
  readonly caller: string;
  readonly purpose: string;
  /** `2026-11-23` */
  readonly day: string;
  proven: number;
  interrupted: number;
  claimed: number;
  unexplained: number;
}

/** Card numbers of one merchant that were decrypted for one receiver. */
export interface ReceiverGroup extends Seen {
  /** By the name of its deployed resource. Empty for test cards, and where the ledger names none. */
  readonly receiver: string;
  readonly merchant: string;
  /** The first card that the receiver got is among them, as the ledger says. */
  firstUse: RecordedFirstUse | null;
}

/** Calls on the vault's keys and tables from one origin by one role. */
export interface OriginGroup extends Seen {
  readonly caller: string;
  readonly sourceAddress: string;
  readonly region: string;
  /** Empty where the records have no TLS version. */
  readonly tlsVersion: string;
  refused: number;
}

/** Calls of one kind on one key or table by one role. */
export interface CallGroup extends Seen {
  readonly on: string;
  readonly call: string;
  readonly caller: string;
  /** Refused for lack of permission. */
  denied: number;
  /** Failed otherwise, such as throttled or with a false condition. */
  failed: number;
}

export interface AccessEvidence {
  readonly decryptions: number;
  readonly proven: number;
  /** Proven where time alone does not show the order: steps of one second, for which rights stand. */
  readonly provenByRights: number;
  readonly interrupted: number;
  /** More interrupted decryptions than this are a finding. */
  readonly interruptedMax: number;
  readonly claimed: Bounded<ExplainedDecryption>;
  readonly unexplained: Bounded<ExplainedDecryption>;
  /** Not judged: so young that the records that would explain them may be on their way. */
  readonly undecided: number;
  /** Decryptions with a reason, by its kind. */
  readonly byReason: Readonly<Partial<Record<ReasonKind, number>>>;
  readonly groups: readonly DecryptionGroup[];
  readonly receivers: readonly ReceiverGroup[];
  /** The first decryptions by time, as examples of the appendix. */
  readonly examples: Bounded<ExplainedDecryption>;
  readonly reEncryptions: Readonly<Record<ReEncryptionUse['explanation']['kind'], number>>;
  readonly unexplainedReEncryptions: Bounded<ReEncryptionUse>;
  readonly unseenDecryptions: Bounded<UnseenDecryption>;
  readonly keyCalls: readonly CallGroup[];
  readonly tableCalls: readonly CallGroup[];
  readonly origins: readonly OriginGroup[];
  /** Calls on vault keys that AWS refused or failed. */
  readonly refused: Bounded<KeyEvent>;
  readonly denied: number;
  /** Calls that manage keys or tables rather than use them. */
  readonly administration: Bounded<Administration>;
}

/** What the calls themselves say, without the reasons for them. */
export type CallEvidence = Pick<
  AccessEvidence,
  'keyCalls' | 'tableCalls' | 'origins' | 'refused' | 'denied' | 'administration'
>;

/** What the calls that opened or moved cards say beside the reasons for them. */
export type DecryptionEvidence = Omit<AccessEvidence, keyof CallEvidence>;

const MAX_GROUPS = 20_000;
const MAX_LISTED = 1_000;
const MAX_EXAMPLES = 500;
/**
 * Interrupted decryptions that a report may hold: a function that stopped and a response that KMS's client lost are rare,
 * and each could be the use of a stolen credential.
 */
const INTERRUPTED_MAX = 5;
const INTERRUPTED_SHARE = 1 / 1_000;
/** Calls that use key material, as opposed to managing the key. */
const KEY_USES = new Set([
  'Encrypt',
  'Decrypt',
  'ReEncrypt',
  'GenerateMac',
  'VerifyMac',
  'GenerateDataKey',
  'DescribeKey',
]);
/** Calls on items, as opposed to the table. */
const ITEM_CALLS = /(?:Item|Items|Query|Scan|Statement)$/;

/** Refused for lack of permission, as opposed to throttled, malformed or otherwise failed. */
const isDenied = ({ errorCode }: CallEvent): boolean => errorCode?.startsWith('AccessDenied') === true;

/** Sums up the calls on keys and tables as they are read. */
export class CallBook {
  readonly #appendix: AppendixSink;
  readonly #origins = new BoundedGroups<OriginGroup>(MAX_GROUPS);
  readonly #keyCalls = new BoundedGroups<CallGroup>(MAX_GROUPS);
  readonly #tableCalls = new BoundedGroups<CallGroup>(MAX_GROUPS);
  readonly #refused = new BoundedList<KeyEvent>(MAX_LISTED);
  readonly #administration = new BoundedList<Administration>(MAX_LISTED);
  #denied = 0;

  constructor(appendix: AppendixSink) {
    this.#appendix = appendix;
  }

  /** Any call on a key of the vault, as it is read. */
  takeKey(event: KeyEvent): void {
    this.#call(this.#keyCalls, event.key, event);
    if (!KEY_USES.has(event.name)) this.#manage(event.key, event);
    else if (event.errorCode !== undefined) {
      if (isDenied(event)) this.#denied += 1;
      this.#refused.add(trimmed(event));
      this.#appendix(REFUSED, event);
    }
  }

  /** Any call on a table of the vault, as it is read. */
  takeTable(event: TableEvent): void {
    this.#call(this.#tableCalls, event.table, event);
    if (!ITEM_CALLS.test(event.name) && !event.name.startsWith('Describe')) this.#manage(event.table, event);
  }

  finish(): CallEvidence {
    return {
      keyCalls: this.#keyCalls.values(),
      tableCalls: this.#tableCalls.values(),
      origins: this.#origins.values(),
      refused: this.#refused,
      denied: this.#denied,
      administration: byTime(this.#administration),
    };
  }

  #call(calls: BoundedGroups<CallGroup>, on: string, event: CallEvent): void {
    const group = calls.get([on, event.name, event.caller] as const, ([on, call, caller]) => ({
      ...{ on, call, caller, denied: 0, failed: 0 },
      ...unseen,
    }));
    see(group, event);
    if (isDenied(event)) group.denied += 1;
    else if (event.errorCode !== undefined) group.failed += 1;
    const parts = [event.caller, event.sourceAddress, event.region, event.tlsVersion ?? ''] as const;
    const origin = this.#origins.get(parts, ([caller, sourceAddress, region, tlsVersion]) => ({
      ...{ caller, sourceAddress, region, tlsVersion, refused: 0 },
      ...unseen,
    }));
    see(origin, event);
    if (event.errorCode !== undefined) origin.refused += 1;
  }

  #manage(subject: string, event: CallEvent): void {
    const change = { subject, event: trimmed(event) };
    this.#administration.add(change);
    this.#appendix(ADMINISTRATION, change);
  }
}

/** Sums up the decryptions and re-encryptions of cards once their reasons are known. */
export class DecryptionBook {
  readonly #appendix: AppendixSink;
  readonly #groups = new BoundedGroups<DecryptionGroup>(MAX_GROUPS);
  readonly #receivers = new BoundedGroups<ReceiverGroup>(MAX_GROUPS);
  readonly #claimed = new BoundedList<ExplainedDecryption>(MAX_LISTED);
  readonly #unexplained = new BoundedList<ExplainedDecryption>(MAX_LISTED);
  readonly #examples = new BoundedList<ExplainedDecryption>(MAX_EXAMPLES);
  readonly #unexplainedReEncryptions = new BoundedList<ReEncryptionUse>(MAX_LISTED);
  readonly #unseenDecryptions = new BoundedList<UnseenDecryption>(MAX_LISTED);
  readonly #byKind = { proven: 0, interrupted: 0, claimed: 0, unexplained: 0 };
  #provenByRights = 0;
  #undecided = 0;
  readonly #byReason: Partial<Record<ReasonKind, number>> = {};
  readonly #reEncryptions = {
    stored_by_charge: 0,
    stored_card: 0,
    moved_to_new_key: 0,
    interrupted: 0,
    unexplained: 0,
  };

  constructor(appendix: AppendixSink) {
    this.#appendix = appendix;
  }

  /** `isDue`: the trail is complete up to its time, so that a step which it does not show is not there. */
  take(decryption: ExplainedDecryption, isDue: boolean): void {
    const { explanation } = decryption;
    const misses = 'reason' in explanation && isMissingStep(explanation.reason);
    if (isDue || !misses) this.#decrypt(decryption);
    else this.#undecided += 1;
  }

  takeReEncryption(use: ReEncryptionUse): void {
    this.#reEncryptions[use.explanation.kind] += 1;
    if (use.explanation.kind === 'unexplained') this.#unexplainedReEncryptions.add(use);
    this.#appendix(RE_ENCRYPTIONS, use);
  }

  takeUnseen(unseen: UnseenDecryption): void {
    this.#unseenDecryptions.add(unseen);
    this.#appendix(UNSEEN_DECRYPTIONS, unseen);
  }

  finish(): DecryptionEvidence {
    const { proven, interrupted, claimed, unexplained } = this.#byKind;
    const decryptions = proven + interrupted + claimed + unexplained;
    return {
      decryptions,
      proven,
      provenByRights: this.#provenByRights,
      interrupted,
      interruptedMax: INTERRUPTED_MAX + Math.floor(decryptions * INTERRUPTED_SHARE),
      claimed: byTime(this.#claimed),
      undecided: this.#undecided,
      unexplained: byTime(this.#withBorrowedIds()),
      byReason: this.#byReason,
      groups: this.#groups.values(),
      receivers: this.#receivers.values(),
      examples: byTime(this.#examples),
      reEncryptions: this.#reEncryptions,
      unexplainedReEncryptions: byTime(this.#unexplainedReEncryptions),
      unseenDecryptions: this.#unseenDecryptions,
    };
  }

  /**
   * A recorded request id that the trail shows only on a decryption of something else: records are judged apart from
   * each other, so that somebody used one reason to open another card shows only here.
   */
  #withBorrowedIds(): Bounded<ExplainedDecryption> {
    const missed = new Set(this.#unseenDecryptions.items.map(({ requestId }) => requestId));
    const items = this.#unexplained.items.map((decryption) =>
      missed.has(decryption.event.requestId)
        ? ({ ...decryption, explanation: { kind: 'unexplained', reason: 'context_differs' } } as const)
        : decryption,
    );
    return { items, total: this.#unexplained.total };
  }

  #decrypt(decryption: ExplainedDecryption): void {
    const { event, explanation } = decryption;
    this.#byKind[explanation.kind] += 1;
    this.#examples.add(decryption);
    const { merchant = '', purpose = event.key } = event.context;
    const parts = [merchant, event.caller, purpose, toRfc3339(event.timeMs).slice(0, 10)] as const;
    const group = this.#groups.get(parts, ([merchant, caller, purpose, day]) => ({
      ...{ merchant, caller, purpose, day, proven: 0, interrupted: 0, claimed: 0, unexplained: 0 },
      ...unseen,
    }));
    see(group, event);
    group[explanation.kind] += 1;
    if (explanation.kind === 'proven' && explanation.by === 'rights') this.#provenByRights += 1;
    if (explanation.kind === 'claimed') this.#claimed.add(decryption);
    if (explanation.kind !== 'unexplained')
      this.#byReason[explanation.reasonKind] = (this.#byReason[explanation.reasonKind] ?? 0) + 1;
    else this.#unexplained.add(decryption);
    if (purpose === PURPOSES.PanKey) this.#receive(decryption, merchant);
    this.#appendix(DECRYPTIONS, decryption);
  }

  #receive({ event, explanation }: ExplainedDecryption, merchant: string): void {
    const { receivers, firstUses = [] } = explanation.kind === 'unexplained' ? { receivers: [] } : explanation;
    for (const receiver of receivers.length === 0 ? [''] : receivers) {
      const group = this.#receivers.get([receiver, merchant] as const, ([receiver, merchant]) => ({
        ...{ receiver, merchant, firstUse: null },
        ...unseen,
      }));
      group.firstUse ??= firstUses.find((use) => use.receiver === receiver) ?? null;
      see(group, event);
    }
  }
}

const unseen: Seen = { count: 0, firstMs: Number.POSITIVE_INFINITY, lastMs: 0 };

function see(group: Seen, { timeMs }: CallEvent): void {
  group.count += 1;
  group.firstMs = Math.min(group.firstMs, timeMs);
  group.lastMs = Math.max(group.lastMs, timeMs);
}

function byTime<T extends { readonly event: CallEvent }>({ items, total }: Bounded<T>): Bounded<T> {
  return { items: items.toSorted((left, right) => left.event.timeMs - right.event.timeMs), total };
}
