/**
 * When each one-time token lost its ciphertexts, and by which write: the proof that PCI DSS 4.0.1 3.2.1 asks for each
 * quarter, and for the CVC that of 3.3.1. The vault's order is stricter than the standard's: the one write that spends a
 * token erases it, before the card is decrypted and so before any authorization; tokens nobody spends are erased by the
 * sweep. Both are UpdateItem calls on the one-time table, so CloudTrail has a data event of each.
 */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { AppendixSink, Table } from '../base/appendix.ts';
import { type Bounded, BoundedList } from '../base/bounded.ts';
import type { RecordedReason } from '../reasons/reasons.ts';
import type { Period } from '../trail/digest-chain.ts';
import type { TableEvent } from '../trail/events.ts';

/** One token's end, as far as trail and ledger tell it. */
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
  /** When the processor responded; undefined where no response is recorded, as for a token that was stored or forwarded. */
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
  /** From making to erasure, of the token that kept its ciphertexts longest. */
  readonly longest: Erasure | undefined;
  readonly longestMs: number | undefined;
}

/** A token of which the trail shows no erasing write though it was due. */
export interface UnseenErasure {
  readonly record: string;
  readonly madeAtMs: number | undefined;
  readonly reasonId: string | undefined;
}

/** What the keys-only index of tokens that hold ciphertext says now; see residue.ts. */
export interface Residue {
  readonly scannedAtMs: number;
  /** Tokens past their expiry that still hold ciphertext, later than the sweep can excuse. */
  readonly overdue: Bounded<{ readonly record: string; readonly expiresAtMs: number }>;
}

export interface ErasureEvidence {
  /** Tokens whose making is in the trail. */
  readonly made: number;
  readonly spent: ErasureTimes;
  readonly expired: ErasureTimes;
  /** Spent tokens with a recorded response of the processor. */
  readonly responded: number;
  /** The least time by which an erasure came before its authorization; negative where it came after. */
  readonly leastBeforeResponseMs: number | undefined;
  readonly afterResponse: Bounded<Erasure>;
  readonly late: Bounded<Erasure>;
  readonly unseen: Bounded<UnseenErasure>;
  /** Tokens were spent, and the trail holds no data event of their table at all. */
  readonly isUnrecorded: boolean;
  /** Undefined where the tables were out of reach. */
  readonly residue: Residue | undefined;
}

/** No merchant's tokens live longer: an hour, and a sweep runs every minute. */
const LIFETIME_MAX_MS = 60 * 60_000;
const SWEEP_MS = 10 * 60_000;
/** CloudTrail cuts times to whole seconds, and two clocks differ. */
const CLOCKS_MS = 2_000;
/** A decryption follows its token's spending within one run of a function. */
const SPEND_MS = 60_000;
const MAX_LISTED = 500;

/** Of the one-time table, the calls that make or change an item and were carried out. */
export const concernsToken = (event: TableEvent): boolean =>
  event.table === 'Tokens' && event.item !== undefined && event.errorCode === undefined && WRITES.has(event.name);
const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** What one token's events and reasons say. */
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
  #made = 0;
  #erasedCount = 0;
  #responded = 0;
  #leastBeforeResponseMs: number | undefined;

  /** `within` is the time for which the trail is complete: what happened in it must be there. */
  constructor(within: Period, appendix: AppendixSink) {
    this.#within = within;
    this.#appendix = appendix;
  }

  /** Judges one token; each record must come once, with everything about it. */
  take(story: Story): void {
    const made = story.events.find(({ name }) => name === 'PutItem');
    if (made !== undefined) this.#made += 1;
    const erasing = story.events.filter(erases).sort((left, right) => left.timeMs - right.timeMs)[0];
    if (erasing === undefined) this.#missing(story, made?.timeMs);
    else this.#erased(erasureOf(story, made, erasing));
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

  /** Only what must be in the trail is missed: a token long past its life, or one whose spender recorded a decryption. */
  #missing({ record, reasons }: Story, madeAtMs: number | undefined): void {
    const spender = reasons.find(({ decryptions }) => decryptions.length > 0);
    const spentAtMs = spender?.decryptions[0]?.atMs;
    const { fromMs, toMs } = this.#within;
    const isOver = madeAtMs !== undefined && madeAtMs + LIFETIME_MAX_MS + SWEEP_MS < toMs;
    const isSpent = spentAtMs !== undefined && spentAtMs - SPEND_MS > fromMs && spentAtMs + CLOCKS_MS < toMs;
    if (isOver || isSpent) this.#unseen.add({ record, madeAtMs, reasonId: spender?.id });
  }
}

/** Where CloudTrail gives the expression it must remove both ciphertexts; without it, no other update of a token exists. */
function erases({ name, updateExpression }: TableEvent): boolean {
  if (name === 'DeleteItem') return true;
  if (name !== 'UpdateItem') return false;
  return updateExpression === undefined || /\bREMOVE\b.*\bpan_ct\b.*\bcvc_ct\b/i.test(updateExpression);
}

function erasureOf({ record, reasons, isStored }: Story, made: TableEvent | undefined, erasing: TableEvent): Erasure {
  const spender = reasons.find(({ decryptions }) => decryptions.length > 0);
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
