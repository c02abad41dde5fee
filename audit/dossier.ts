/**
 * Collects everything that trail and ledger hold about one record (a token's hash or a card's id), from anywhere in the
 * period: its recorded reasons, the KMS calls that name it, the writes that made and erased it. Rows wait on disk until
 * all are read (scratch.ts) and are then judged record by record, so late deliveries and clock jumps do not matter.
 */

import type { AppendixSink } from './base/appendix.ts';
import { type ErasureEvidence, ErasureProof, erases } from './erasure/erasure.ts';
import { DecryptionBook, type DecryptionEvidence } from './reasons/access.ts';
import { type CardMove, isReEncryption, judgeMoves, movesFrom } from './reasons/moves.ts';
import { type StepRow, stepsIn, stepsOf } from './reasons/order.ts';
import type { RecordedReason } from './reasons/reasons.ts';
import { Reconciler } from './reasons/reconcile.ts';
import { Scratch } from './scratch.ts';
import type { Period } from './trail/digest-chain.ts';
import {
  type CallEvent,
  identityOf,
  type KeyEvent,
  type TableEvent,
  trimmed,
  type VaultResources,
} from './trail/events.ts';
import { itemsOf } from './trail/items.ts';

/** Of one card: the re-encryptions to it, as the dossiers of their sources judge them, and its writes. */
type CardRow = { readonly move: CardMove } | { readonly write: TableEvent };
type Row =
  | { readonly reason: RecordedReason }
  | { readonly event: KeyEvent }
  | { readonly write: TableEvent }
  | StepRow;

/** Of one entry: the record that it opens, and the steps that the trail shows of it. */
type EntryRow = { readonly record: string; readonly of: string } | StepRow;

export interface Judged {
  readonly decryptions: DecryptionEvidence;
  readonly erasures: Omit<ErasureEvidence, 'residue'>;
  /** Copies of events that came too far apart to be met while the trail was read. */
  readonly duplicates: number;
}

interface Judging {
  readonly period: Period;
  /** The part of the period for which the trail is complete. */
  readonly due: Period;
  readonly resources: VaultResources;
  readonly appendix: AppendixSink;
}

export class Dossiers implements Disposable {
  readonly #scratch = new Scratch<Row>();
  readonly #entries = new Scratch<EntryRow>();
  readonly #cards = new Scratch<CardRow>();

  addReason(reason: RecordedReason): void {
    this.#scratch.add(reason.record, { reason });
    this.#entries.add(reason.id, { record: reason.record, of: reason.id });
  }

  addCardEvent(event: KeyEvent): void {
    this.#scratch.add(event.context.record ?? '', { event: trimmed(event) });
  }

  addTokenWrite(write: TableEvent): void {
    for (const item of itemsOf(write)) {
      this.#scratch.add(item, { write: { ...trimmed(write), item } });
      for (const row of stepsOf({ ...write, item })) this.#scratch.add(item, row);
    }
  }

  addCardWrite(write: TableEvent): void {
    this.#cards.add(write.item ?? '', { write: trimmed(write) });
  }

  addEntryWrite(write: TableEvent): void {
    for (const row of stepsOf(write)) this.#entries.add(row.of, row);
  }

  /** Judges everything once. Events beyond the period are evidence for those within it, and are not judged themselves. */
  judge(judging: Judging): Judged {
    const { due, appendix } = judging;
    const books = { decryptions: new DecryptionBook(appendix), erasures: new ErasureProof(due, appendix) };
    this.#joinEntries();
    let duplicates = 0;
    for (const rows of this.#scratch.parts()) {
      const judged = judgePart(rows, judging, books);
      for (const move of judged.moves) this.#cards.add(cardOf(move), { move });
      duplicates += judged.duplicates;
    }
    for (const rows of this.#cards.parts()) duplicates += judgeCards(rows, due, books);
    return { decryptions: books.decryptions.finish(), erasures: books.erasures.finish(), duplicates };
  }

  /** Puts the steps of each entry beside the record that it opens. An entry without a reason opens none. */
  #joinEntries(): void {
    for (const rows of this.#entries.parts()) {
      const recordsOf = new Map<string, Set<string>>();
      for (const row of rows) {
        if ('record' in row) recordsOf.set(row.of, (recordsOf.get(row.of) ?? new Set()).add(row.record));
      }
      for (const row of rows) {
        if (!('step' in row)) continue;
        for (const record of recordsOf.get(row.of) ?? []) this.#scratch.add(record, row);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
    this.#entries[Symbol.dispose]();
    this.#cards[Symbol.dispose]();
  }
}

interface Books {
  readonly decryptions: DecryptionBook;
  readonly erasures: ErasureProof;
}

interface JudgedPart {
  /** The re-encryptions from these records, for the dossiers of the cards that they made. */
  readonly moves: readonly CardMove[];
  readonly duplicates: number;
}

/** Judges all rows of some records. */
function judgePart(rows: readonly Row[], { period, due, resources }: Judging, books: Books): JudgedPart {
  const isWithin = ({ timeMs }: CallEvent): boolean => timeMs >= period.fromMs && timeMs <= period.toMs;
  const reasons = rows.flatMap((row) => ('reason' in row ? row.reason : []));
  const events = distinct(rows.flatMap((row) => ('event' in row ? row.event : [])));
  const writes = distinct(rows.flatMap((row) => ('write' in row ? row.write : [])));
  const reconciler = new Reconciler(reasons, {
    resources,
    stepsOf: stepsIn(rows.flatMap((row) => ('step' in row ? row : []))),
  });
  for (const event of events.events) reconciler.take(event);
  const found = reconciler.finish();
  for (const decryption of found.decryptions) {
    if (isWithin(decryption.event)) books.decryptions.take(decryption, decryption.event.timeMs <= due.toMs);
  }
  for (const unseen of found.unseenDecryptions) {
    if (isDue(unseen.atMs, due)) books.decryptions.takeUnseen(unseen);
  }
  const within = { events: events.events.filter(isWithin), writes: writes.events.filter(isWithin) };
  judgeErasures(books.erasures, { reasons, ...within });
  const moved = events.events.filter((each) => isReEncryption(each) && isWithin(each));
  return {
    moves: movesOf({ reasons, events: moved, writes: writes.events }, due),
    duplicates: events.duplicates + writes.duplicates,
  };
}

/** The re-encryptions from these records, each for the card that it made. */
function movesOf({ reasons, events, writes }: Part, { fromMs }: Period): CardMove[] {
  const stores = new Set(reasons.flatMap(({ storeRequestId }) => storeRequestId ?? []));
  const spendsOf = Map.groupBy(writes.filter(erases), ({ item }) => item ?? '');
  return [...Map.groupBy(events, ({ context }) => context.record ?? '')].flatMap(([record, moved]) =>
    movesFrom({ events: moved, spends: spendsOf.get(record) ?? [], stores, fromMs }),
  );
}

/** Judges the re-encryptions to some cards by the writes of these cards; returns how many were copies. */
function judgeCards(rows: readonly CardRow[], due: Period, { decryptions }: Books): number {
  const moves = rows.flatMap((row) => ('move' in row ? row.move : []));
  const writes = distinct(rows.flatMap((row) => ('write' in row ? row.write : [])));
  const writesOf = Map.groupBy(writes.events, ({ item }) => item ?? '');
  for (const [card, toCard] of Map.groupBy(moves, cardOf)) {
    for (const use of judgeMoves(toCard, writesOf.get(card) ?? [], due)) decryptions.takeReEncryption(use);
  }
  return writes.duplicates;
}

const cardOf = ({ event }: CardMove): string => event.reEncryption?.destinationContext.record ?? '';

/**
 * Whether the trail must show a decryption that the vault noted at this time: by whole seconds, as the trail counts, so
 * that each belongs to one of two periods that follow each other. Its event may lie beyond the period, and is read too.
 */
const isDue = (atMs: number, due: Period): boolean => {
  const secondMs = Math.floor(atMs / 1_000) * 1_000;
  return secondMs >= due.fromMs && secondMs <= due.toMs;
};

interface Part {
  readonly reasons: readonly RecordedReason[];
  readonly events: readonly KeyEvent[];
  readonly writes: readonly TableEvent[];
}

/** Tokens only: a stored card keeps its ciphertext until its merchant deletes it. */
function judgeErasures(erasures: ErasureProof, { reasons, events, writes }: Part): void {
  const reasonsOf = Map.groupBy(reasons, ({ record }) => record);
  const writesOf = Map.groupBy(writes, ({ item }) => item ?? '');
  const stored = new Set(events.flatMap(({ reEncryption, context }) => (reEncryption ? (context.record ?? []) : [])));
  for (const record of new Set([...reasonsOf.keys(), ...writesOf.keys()])) {
    if (record.startsWith('card_')) continue;
    erasures.take({
      record,
      events: writesOf.get(record) ?? [],
      reasons: reasonsOf.get(record) ?? [],
      isStored: stored.has(record),
    });
  }
}

function distinct<Event extends CallEvent>(events: readonly Event[]): { events: Event[]; duplicates: number } {
  const byIdentity = new Map(events.map((event) => [identityOf(event), event]));
  return { events: [...byIdentity.values()], duplicates: events.length - byIdentity.size };
}
