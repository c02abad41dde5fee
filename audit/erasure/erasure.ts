/**
 * Shows when each one-time token lost its ciphertexts, and by which write: the proof that PCI DSS 4.0.1 3.2.1 asks for
 * each quarter, and 3.3.1 for the CVC. The vault is stricter than the standard: the write that spends a token erases
 * it, before the card is decrypted and so before any authorization. The sweep erases unspent tokens. Both are
 * UpdateItem calls on the one-time table, so CloudTrail has a data event of each. A write after that may put card data back,
 * so an erasure counts only where no other write follows it.
 */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { AppendixSink, Table } from '../base/appendix.ts';
import { type Bounded, BoundedList } from '../base/bounded.ts';
import type { RecordedReason } from '../reasons/reasons.ts';
import type { Period } from '../trail/digest-chain.ts';
import type { TableEvent } from '../trail/events.ts';

/** The erasure of one token, as trail and ledger show it. */
export interface Erasure {
  /** SHA-256 of the token. */
  readonly record: string;
  readonly how: 'spent' | 'expired';
  /** Undefined where the token was made before the period. */
  readonly madeAtMs: number | undefined;
  readonly erasedAtMs: number;
  /** CloudTrail's id of the write. */
  readonly eventId: string;
  readonly caller: string;
  readonly reasonId: string | undefined;
  /** When the processor responded; undefined without a recorded response, as for a stored or forwarded token. */
  readonly respondedAtMs: number | undefined;
}

const ageOf = ({ madeAtMs, erasedAtMs }: Erasure): number | undefined =>
  madeAtMs === undefined ? undefined : erasedAtMs - madeAtMs;
const secondsOf = (lengthMs: number | undefined): number | null => (lengthMs === undefined ? null : lengthMs / 1_000);
const timeOrNull = (timeMs: number | undefined): string | null => (timeMs === undefined ? null : toRfc3339(timeMs));

export const ERASURES: Table<Erasure> = {
  name: 'erasures',
  columns: {
    record: ({ record }) => record,
    made_at: ({ madeAtMs }) => timeOrNull(madeAtMs),
    erased_at: ({ erasedAtMs }) => toRfc3339(erasedAtMs),
    how: ({ how }) => how,
    reason_id: ({ reasonId }) => reasonId ?? null,
    responded_at: ({ respondedAtMs }) => timeOrNull(respondedAtMs),
    seconds: (erasure) => secondsOf(ageOf(erasure)),
    caller: ({ caller }) => caller,
    event_id: ({ eventId }) => eventId,
  },
};

export interface ErasureTimes {
  readonly count: number;
  /** The token that kept its ciphertexts longest, from making to erasure. */
  readonly longest: Erasure | undefined;
  readonly longestMs: number | undefined;
}

/** A token that was due, but has no erasing write in the trail. */
export interface UnseenErasure {
  readonly record: string;
  readonly madeAtMs: number | undefined;
  readonly reasonId: string | undefined;
}

/** The current index of tokens that hold ciphertext; see residue.ts. */
export interface Residue {
  readonly scannedAtMs: number;
  /** Tokens that hold ciphertext longer after their expiry than the sweep explains. */
  readonly overdue: Bounded<{ readonly record: string; readonly expiresAtMs: number }>;
}

/** A write after which an erased token may hold ciphertext again. */
export interface UndoneErasure {
  readonly record: string;
  readonly atMs: number;
  /** CloudTrail's id of the write. */
  readonly eventId: string;
  readonly caller: string;
  readonly reasonId: string | undefined;
}

export interface ErasureEvidence {
  /** Tokens made within the trail. */
  readonly made: number;
  readonly spent: ErasureTimes;
  readonly expired: ErasureTimes;
  /** Spent tokens with a recorded response of the processor. */
  readonly responded: number;
  /** The least time from an erasure to its authorization; negative where the erasure came later. */
  readonly leastBeforeResponseMs: number | undefined;
  readonly afterResponse: Bounded<Erasure>;
  readonly late: Bounded<Erasure>;
  readonly unseen: Bounded<UnseenErasure>;
  readonly undone: Bounded<UndoneErasure>;
  /** Tokens were spent, but the trail holds no data event of their table. */
  readonly isUnrecorded: boolean;
  /** Undefined without access to the tables. */
  readonly residue: Residue | undefined;
}

/** The longest token lifetime that a merchant can set. */
const LIFETIME_MAX_MS = 60 * 60_000;
const SWEEP_MS = 10 * 60_000;
/** CloudTrail's times are whole seconds, and two clocks differ. */
const CLOCKS_MS = 2_000;
/** A decryption follows the spend within one run of a function. */
const SPEND_MS = 60_000;
const MAX_LISTED = 500;

/** Successful calls that make or change items of the one-time table. The vault makes the first three of them. */
export const concernsToken = (event: TableEvent): boolean =>
  event.table === 'Tokens' && event.errorCode === undefined && WRITES.has(event.name);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** The events and reasons of one token. */
interface Story {
  readonly record: string;
  readonly events: readonly TableEvent[];
  readonly reasons: readonly RecordedReason[];
  /** A ReEncrypt that took the card out of the token to store it. */
  readonly isStored: boolean;
}

export class ErasureProof {
  readonly #within: Period;
  readonly #appendix: AppendixSink;
  readonly #times = { spent: new Times(), expired: new Times() };
  readonly #afterResponse = new BoundedList<Erasure>(MAX_LISTED);
  readonly #late = new BoundedList<Erasure>(MAX_LISTED);
  readonly #unseen = new BoundedList<UnseenErasure>(MAX_LISTED);
  readonly #undone = new BoundedList<UndoneErasure>(MAX_LISTED);
  #made = 0;
  #erasedCount = 0;
  #responded = 0;
  #leastBeforeResponseMs: number | undefined;

  /** `within` is the period for which the trail is complete. */
  constructor(within: Period, appendix: AppendixSink) {
    this.#within = within;
    this.#appendix = appendix;
  }

  /** Judges one token; each record must come once, with all its events and reasons. */
  take(story: Story): void {
    const writes = story.events.toSorted((left, right) => left.timeMs - right.timeMs);
    const made = writes.find(({ name }) => name === 'PutItem');
    if (made !== undefined) this.#made += 1;
    const undoing = undoingWrite(writes);
    if (undoing !== undefined) this.#undone.add(undoneBy(undoing, story));
    // Only the last erasure counts: of one that was undone the ciphertexts came back.
    const erasing = writes.find((write) => erases(write) && write.timeMs >= (undoing?.timeMs ?? 0));
    if (erasing !== undefined) this.#erased(erasureOf(story, made, erasing));
    else if (undoing === undefined) this.#missing(story, made?.timeMs);
  }

  finish(): Omit<ErasureEvidence, 'residue'> {
    return {
      made: this.#made,
      spent: this.#times.spent.finish(),
      expired: this.#times.expired.finish(),
      responded: this.#responded,
      leastBeforeResponseMs: this.#leastBeforeResponseMs,
      afterResponse: this.#afterResponse,
      late: this.#late,
      unseen: this.#unseen,
      undone: this.#undone,
      isUnrecorded: this.#unseen.total > 0 && this.#made === 0 && this.#erasedCount === 0,
    };
  }

  #erased(erasure: Erasure): void {
    const { how, erasedAtMs, respondedAtMs } = erasure;
    const ageMs = ageOf(erasure);
    this.#erasedCount += 1;
    this.#times[how].add(erasure, ageMs);
    if (ageMs !== undefined && ageMs > LIFETIME_MAX_MS + SWEEP_MS) this.#late.add(erasure);
    if (respondedAtMs !== undefined) {
      const beforeMs = respondedAtMs - erasedAtMs;
      this.#responded += 1;
      this.#leastBeforeResponseMs = Math.min(this.#leastBeforeResponseMs ?? beforeMs, beforeMs);
      if (beforeMs < -CLOCKS_MS) this.#afterResponse.add(erasure);
    }
    this.#appendix(ERASURES, erasure);
  }

  /**
   * Reports an erasure as missing only where the trail must show it: the token is long past its life, or its spender
   * recorded a decryption.
   */
  #missing({ record, reasons }: Story, madeAtMs: number | undefined): void {
    const spender = spenderOf(reasons);
    const spentAtMs = spender?.decryptions[0]?.atMs;
    const { fromMs, toMs } = this.#within;
    const isOver = madeAtMs !== undefined && madeAtMs + LIFETIME_MAX_MS + SWEEP_MS < toMs;
    const isSpent = spentAtMs !== undefined && spentAtMs - SPEND_MS > fromMs && spentAtMs + CLOCKS_MS < toMs;
    if (isOver || isSpent) this.#unseen.add({ record, madeAtMs, reasonId: spender?.id });
  }
}

/**
 * The last write after which a token that was erased may hold ciphertext again. Within the second of the erasure the trail
 * shows no order, and the making may lie there. But an erasing update of the vault finds a ciphertext, or its condition
 * fails; so a second one that succeeded shows that something was put back between the two.
 */
function undoingWrite(writes: readonly TableEvent[]): TableEvent | undefined {
  const [first, ...later] = writes.filter(erases);
  if (first === undefined) return undefined;
  const keeping = writes.findLast((write) => !erases(write) && write.timeMs > first.timeMs);
  return keeping ?? later.findLast(({ name }) => name === 'UpdateItem');
}

const undoneBy = ({ timeMs, eventId, caller }: TableEvent, { record, reasons }: Story): UndoneErasure => ({
  ...{ record, atMs: timeMs, eventId, caller },
  reasonId: spenderOf(reasons)?.id,
});

const spenderOf = (reasons: readonly RecordedReason[]): RecordedReason | undefined =>
  reasons.find(({ decryptions }) => decryptions.length > 0);

/**
 * An update must remove both ciphertexts, and set nothing that could keep a copy, where CloudTrail records the expression.
 * Without the expression every update counts, because tokens have no other.
 */
export function erases({ name, updateExpression }: TableEvent): boolean {
  if (name === 'DeleteItem') return true;
  if (name !== 'UpdateItem') return false;
  return updateExpression === undefined || removesBoth(updateExpression);
}

/** `SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard`, or less of it. */
function removesBoth(expression: string): boolean {
  const [set = '', remove, ...more] = expression.split(/\bREMOVE\b/);
  if (remove === undefined || more.length > 0) return false;
  const removed = remove.split(',').map((part) => part.trim());
  const isSet = (part: string) => /^(?:SET )?(?:spent_by|erased_at_ms) = :\w+$/.test(part.trim());
  return (
    ['pan_ct', 'cvc_ct'].every((name) => removed.includes(name)) &&
    removed.every((name) => REMOVED.has(name)) &&
    (set.trim() === '' || set.split(',').every(isSet))
  );
}
const REMOVED = new Set(['pan_ct', 'cvc_ct', 'due_shard']);

function erasureOf({ record, reasons, isStored }: Story, made: TableEvent | undefined, erasing: TableEvent): Erasure {
  const spender = spenderOf(reasons);
  const saysSpent = erasing.updateExpression?.includes('spent_by') ?? (spender !== undefined || isStored);
  return {
    record,
    how: saysSpent ? 'spent' : 'expired',
    madeAtMs: made?.timeMs,
    erasedAtMs: erasing.timeMs,
    eventId: erasing.eventId,
    caller: erasing.caller,
    reasonId: spender?.id,
    respondedAtMs: spender?.respondedAtMs,
  };
}

class Times {
  #count = 0;
  #longest: Erasure | undefined;
  #longestMs: number | undefined;

  add(erasure: Erasure, ageMs: number | undefined): void {
    this.#count += 1;
    if (ageMs === undefined || ageMs <= (this.#longestMs ?? -1)) return;
    this.#longest = erasure;
    this.#longestMs = ageMs;
  }

  finish(): ErasureTimes {
    return { count: this.#count, longest: this.#longest, longestMs: this.#longestMs };
  }
}
