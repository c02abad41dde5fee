/**
 * Compares CloudTrail's records of decryptions with the vault's (V5, PCI DSS 4.0.1 10.2.1.1), in both directions: a
 * decryption without a reason is unexplained, and a recorded decryption without an event is missing from the trail.
 * Pure functions. All input stays in memory, so dossier.ts passes a part of a trail at a time.
 */
import type { CardKey } from '../../shared/base/entries.ts';
import { identityOf, type KeyEvent, type VaultResources } from '../trail/events.ts';
import { type Order, type OrderFault, orderOf, type RunStep } from './order.ts';
import { cardKeyOf, mayOpen, type ReasonKind, type RecordedFirstUse, type RecordedReason } from './reasons.ts';

export type UnexplainedReason =
  | 'no_record'
  | 'context_differs'
  | 'request_id_reused'
  | 'already_decrypted'
  | 'already_interrupted'
  | OrderFault;

interface Explained {
  readonly reasonKind: ReasonKind;
  readonly reasonId: string;
  /** Where its reason says that the card went. */
  readonly receivers: readonly string[];
  readonly firstUses?: readonly RecordedFirstUse[] | undefined;
}

/**
 * `proven`: AWS's records show reason, spend, Decrypt and note in this order, by time or by rights (order.ts).
 * `interrupted`: the same up to the Decrypt, and nothing noted it. `claimed`: the ledger names the request id, and AWS's
 * records do not bear it out. `unexplained`: nothing does.
 */
export type Explanation =
  | ({ readonly kind: 'proven'; readonly by: 'time' | 'rights' } & Explained)
  | ({ readonly kind: 'interrupted' } & Explained)
  | ({ readonly kind: 'claimed'; readonly reason: OrderFault } & Explained)
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

/** What the trail shows beside the decryptions themselves. */
interface Facts {
  readonly resources: VaultResources;
  readonly runMs?: number;
  /** The steps of a reason's entry, and the spends of its token. */
  stepsOf(reason: RecordedReason): readonly RunStep[];
}

export class Reconciler {
  readonly #claims = new Map<string, Claim>();
  readonly #byRecord = new Map<string, RecordedReason[]>();
  /** Reason and key → decryptions already explained by a lost response. */
  readonly #interrupted = new Map<string, number>();
  readonly #taken = new Set<string>();
  readonly #decryptions: ExplainedDecryption[] = [];
  readonly #facts: Facts;
  #duplicates = 0;

  constructor(reasons: Iterable<RecordedReason>, facts: Facts) {
    this.#facts = facts;
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

  /** By request id first. Only interrupted work, which could not note one, is explained by its context. */
  #explain(event: KeyEvent, key: CardKey): Explanation {
    const claim = this.#claims.get(event.requestId);
    if (claim === undefined) return this.#explainByContext(event, key);
    if (claim.isUsed) return { kind: 'unexplained', reason: 'request_id_reused' };
    if (claim.key !== key || !contextFits(event, key, claim.reason)) {
      return { kind: 'unexplained', reason: 'context_differs' };
    }
    claim.isUsed = true;
    const { before, notedBy } = this.#orderOf(event, claim.reason);
    const explained = explainedBy(claim.reason);
    if (before === null && notedBy !== undefined) return { kind: 'proven', by: notedBy, ...explained };
    return { kind: 'claimed', reason: before ?? 'not_noted', ...explained };
  }

  #explainByContext(event: KeyEvent, key: CardKey): Explanation {
    const { merchant = '', record = '' } = event.context;
    const candidates = (this.#byRecord.get(placeOf(merchant, record)) ?? [])
      .filter((reason) => contextFits(event, key, reason))
      .map((reason) => ({ reason, order: this.#orderOf(event, reason) }));
    const near = candidates.filter(({ order }) => order.before === null);
    if (near.length === 0) return { kind: 'unexplained', reason: candidates.at(-1)?.order.before ?? 'no_record' };
    const left = near.map(({ reason, order }) => ({ reason, left: lostResponsesOf(reason, key, order.isTold) }));
    if (left.every((each) => each.left === 0)) return { kind: 'unexplained', reason: 'already_decrypted' };
    // A lost response explains one decryption; more would hide the use of a stolen credential.
    const used = ({ id }: RecordedReason) => this.#interrupted.get(`${id}|${key}`) ?? 0;
    const found = left.find((each) => used(each.reason) < each.left)?.reason;
    if (found === undefined) return { kind: 'unexplained', reason: 'already_interrupted' };
    this.#interrupted.set(`${found.id}|${key}`, used(found) + 1);
    return { kind: 'interrupted', ...explainedBy(found) };
  }

  #orderOf(event: KeyEvent, reason: RecordedReason): Order {
    return orderOf(event, reason, this.#facts.stepsOf(reason), this.#facts);
  }
}

const explainedBy = ({ kind, id, receivers = [], firstUses }: RecordedReason): Explained => ({
  reasonKind: kind,
  reasonId: id,
  receivers,
  ...(firstUses && { firstUses }),
});

const placeOf = (merchantId: string, record: string): string => `${merchantId}|${record}`;

/** Tries of the SDK's client of KMS (functions/runtime/deps.ts). */
export const TRIES_MAX = 3;

/**
 * How many decryptions of this reason may have a request id that the vault never learned. With a noted decryption: the
 * tries that the SDK repeated. Without one: none where its own run noted others or ended the entry, unless a try had
 * failed; otherwise as many as the SDK tries. What the ledger says can only lower the number.
 */
export function lostResponsesOf(reason: RecordedReason, key: CardKey, isTold: boolean): number {
  const recorded = reason.decryptions.filter((decryption) => decryption.key === key);
  // The last try of each is the one that was noted.
  if (recorded.length > 0) return recorded.reduce((sum, { tries }) => sum + Math.min(tries, TRIES_MAX) - 1, 0);
  return isTold && reason.triesWithoutResponse === undefined ? 0 : TRIES_MAX;
}

function contextFits({ context }: KeyEvent, key: CardKey, reason: RecordedReason): boolean {
  return (
    mayOpen(reason, key) &&
    context.purpose === PURPOSES[key] &&
    context.merchant === reason.merchantId &&
    context.record === reason.record
  );
}
