/**
 * Compares CloudTrail's records of decryptions with the vault's (V5, PCI DSS 4.0.1 10.2.1.1), in both directions: a
 * decryption without a reason is unexplained, and a recorded decryption without an event is missing from the trail.
 * Pure functions. All input stays in memory, so dossier.ts passes a part of a trail at a time.
 */
import { identityOf, type KeyEvent } from '../trail/events.ts';
import {
  type CardKey,
  cardKeyOf,
  mayOpen,
  type ReasonKind,
  type RecordedFirstUse,
  type RecordedReason,
} from './reasons.ts';

export type UnexplainedReason =
  | 'no_record'
  | 'context_differs'
  | 'request_id_reused'
  | 'already_decrypted'
  | 'already_interrupted';

interface Explained {
  readonly reasonKind: ReasonKind;
  readonly reasonId: string;
  /** Where its reason says that the card went. */
  readonly receivers: readonly string[];
  readonly firstUses?: readonly RecordedFirstUse[] | undefined;
}

export type Explanation =
  | ({ readonly kind: 'matched' } & Explained)
  | ({ readonly kind: 'interrupted' } & Explained)
  | { readonly kind: 'unexplained'; readonly reason: UnexplainedReason };

export interface ExplainedDecryption {
  readonly event: KeyEvent;
  readonly explanation: Explanation;
}

export interface Reconciliation {
  readonly decryptions: readonly ExplainedDecryption[];
  /** Decryptions that the vault recorded and the trail does not show. */
  readonly unseenDecryptions: readonly UnseenDecryption[];
  /** Repeated events; CloudTrail delivers at least once. */
  readonly duplicates: number;
}

export interface UnseenDecryption {
  readonly kind: ReasonKind;
  readonly reasonId: string;
  readonly key: CardKey;
  readonly requestId: string;
  readonly atMs: number;
}

/** Event times are whole seconds and two clocks differ, so an event may seem older than its reason. */
const EARLY_MS = 60_000;
/** A charge decrypts within its function's time-out; this allows for a slow retry. */
const LATE_MS = 15 * 60_000;
export const PURPOSES: Readonly<Record<CardKey, string>> = { PanKey: 'pan', CvcKey: 'cvc' };

/** A successful decryption of card data. */
export const isDecryption = ({ errorCode, name, key }: KeyEvent): boolean =>
  errorCode === undefined && name === 'Decrypt' && cardKeyOf(key) !== undefined;

/** A claim on a recorded decryption: used at most once. */
interface Claim {
  readonly reason: RecordedReason;
  readonly key: CardKey;
  readonly atMs: number;
  isUsed: boolean;
}

export class Reconciler {
  readonly #claims = new Map<string, Claim>();
  readonly #byRecord = new Map<string, RecordedReason[]>();
  /** Reason and key → decryptions already explained by a lost response. */
  readonly #interrupted = new Map<string, number>();
  readonly #taken = new Set<string>();
  readonly #decryptions: ExplainedDecryption[] = [];
  #duplicates = 0;

  constructor(reasons: Iterable<RecordedReason>) {
    for (const reason of reasons) {
      for (const { key, requestId, atMs } of reason.decryptions) {
        this.#claims.set(requestId, { reason, key, atMs, isUsed: false });
      }
      const place = placeOf(reason.merchantId, reason.record);
      const samePlace = this.#byRecord.get(place);
      if (samePlace === undefined) this.#byRecord.set(place, [reason]);
      else samePlace.push(reason);
    }
  }

  /** Takes an event where `isDecryption`; ignores others. */
  take(event: KeyEvent): void {
    if (!isDecryption(event)) return;
    const identity = identityOf(event);
    if (this.#taken.has(identity)) {
      this.#duplicates += 1;
      return;
    }
    this.#taken.add(identity);
    const key = cardKeyOf(event.key);
    if (key !== undefined) this.#decryptions.push({ event, explanation: this.#explain(event, key) });
  }

  finish(): Reconciliation {
    const unused = [...this.#claims].filter(([, claim]) => !claim.isUsed);
    return {
      decryptions: this.#decryptions,
      unseenDecryptions: unused.map(([requestId, { reason, key, atMs }]) => ({
        kind: reason.kind,
        reasonId: reason.id,
        key,
        requestId,
        atMs,
      })),
      duplicates: this.#duplicates,
    };
  }

  /** Matches by request id first. Only interrupted work, which could not record one, is matched by its context. */
  #explain(event: KeyEvent, key: CardKey): Explanation {
    const claim = this.#claims.get(event.requestId);
    if (claim !== undefined) {
      if (claim.isUsed) return { kind: 'unexplained', reason: 'request_id_reused' };
      if (claim.key !== key || !contextFits(event, key, claim.reason)) {
        return { kind: 'unexplained', reason: 'context_differs' };
      }
      claim.isUsed = true;
      return { kind: 'matched', ...explainedBy(claim.reason) };
    }
    return this.#explainByContext(event, key);
  }

  #explainByContext(event: KeyEvent, key: CardKey): Explanation {
    const { merchant = '', record = '' } = event.context;
    const near = (this.#byRecord.get(placeOf(merchant, record)) ?? []).filter(
      (reason) =>
        contextFits(event, key, reason) &&
        event.timeMs >= reason.createdAtMs - EARLY_MS &&
        event.timeMs <= reason.createdAtMs + LATE_MS,
    );
    if (near.length === 0) return { kind: 'unexplained', reason: 'no_record' };
    const open = near.filter((reason) => lostResponsesOf(reason, key) > 0);
    if (open.length === 0) return { kind: 'unexplained', reason: 'already_decrypted' };
    // A lost response explains one decryption; more would hide the use of a stolen credential.
    const used = ({ id }: RecordedReason) => this.#interrupted.get(`${id}|${key}`) ?? 0;
    const reason = open.find((candidate) => used(candidate) < lostResponsesOf(candidate, key));
    if (reason === undefined) return { kind: 'unexplained', reason: 'already_interrupted' };
    this.#interrupted.set(`${reason.id}|${key}`, used(reason) + 1);
    return { kind: 'interrupted', ...explainedBy(reason) };
  }
}

const explainedBy = ({ kind, id, receivers = [], firstUses }: RecordedReason): Explained => ({
  reasonKind: kind,
  reasonId: id,
  receivers,
  ...(firstUses && { firstUses }),
});

const placeOf = (merchantId: string, record: string): string => `${merchantId}|${record}`;

/**
 * How many decryptions of this reason may have a request id that the vault never learned. Without a recorded
 * decryption: the tries after which the SDK gave up, or one for interrupted work. Otherwise: the tries that the SDK
 * repeated.
 */
export function lostResponsesOf(reason: RecordedReason, key: CardKey): number {
  const recorded = reason.decryptions.filter((decryption) => decryption.key === key);
  return recorded.length === 0
    ? (reason.triesWithoutResponse ?? 1)
    : recorded.reduce((sum, { tries }) => sum + tries - 1, 0);
}

function contextFits({ context }: KeyEvent, key: CardKey, reason: RecordedReason): boolean {
  return (
    mayOpen(reason, key) &&
    context.purpose === PURPOSES[key] &&
    context.merchant === reason.merchantId &&
    context.record === reason.record
  );
}
