/**
 * Collects everything that trail and ledger hold about one record (a token's hash or a card's id), from anywhere in the
 * period: its recorded reasons, the KMS calls that name it, the writes that made and erased it. Rows wait on disk until
 * all are read (scratch.ts) and are then judged record by record, so late deliveries and clock jumps do not matter.
 */

import type { AppendixSink } from './base/appendix.ts';
import { type ErasureEvidence, ErasureProof } from './erasure/erasure.ts';
import { DecryptionBook, type DecryptionEvidence } from './reasons/access.ts';
import { isReEncryption, judgeReEncryption } from './reasons/moves.ts';
import { type RunStep, type StepRow, stepsIn, stepsOf } from './reasons/order.ts';
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

type Row =
  | { readonly reason: RecordedReason }
  | { readonly event: KeyEvent }
  | { readonly write: TableEvent }
  | StepRow;

/** By entry: the record that an entry opens, and the steps that the trail shows of the entry. */
type EntryRow = { readonly entry: string } & ({ readonly record: string } | { readonly step: RunStep });

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

  addReason(reason: RecordedReason): void {
    this.#scratch.add(reason.record, { reason });
    this.#entries.add(reason.id, { entry: reason.id, record: reason.record });
  }

  addCardEvent(event: KeyEvent): void {
    this.#scratch.add(event.context.record ?? '', { event: trimmed(event) });
  }

  addTokenWrite(write: TableEvent): void {
    const record = write.item ?? '';
    this.#scratch.add(record, { write: trimmed(write) });
    for (const step of stepsOf(write)) this.#scratch.add(record, { step, of: record });
  }

  addEntryWrite(write: TableEvent): void {
    const entry = write.item ?? '';
    for (const step of stepsOf(write)) this.#entries.add(entry, { entry, step });
  }

  /** Judges everything once. Events beyond the period are evidence for those within it, and are not judged themselves. */
  judge(judging: Judging): Judged {
    const { due, appendix } = judging;
    const books = { decryptions: new DecryptionBook(appendix), erasures: new ErasureProof(due, appendix) };
    this.#joinEntries();
    let duplicates = 0;
    for (const rows of this.#scratch.parts()) duplicates += judgePart(rows, judging, books);
    return { decryptions: books.decryptions.finish(), erasures: books.erasures.finish(), duplicates };
  }

  /** Puts the steps of each entry beside the record that it opens. An entry without a reason opens none. */
  #joinEntries(): void {
    for (const rows of this.#entries.parts()) {
      const recordsOf = new Map<string, Set<string>>();
      for (const row of rows) {
        if ('record' in row) recordsOf.set(row.entry, (recordsOf.get(row.entry) ?? new Set()).add(row.record));
      }
      for (const row of rows) {
        if (!('step' in row)) continue;
        for (const record of recordsOf.get(row.entry) ?? []) {
          this.#scratch.add(record, { step: row.step, of: row.entry });
        }
      }
    }
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
    this.#entries[Symbol.dispose]();
  }
}

interface Books {
  readonly decryptions: DecryptionBook;
  readonly erasures: ErasureProof;
}

/** Judges all rows of some records; returns how many were copies. */
function judgePart(rows: readonly Row[], { period, due, resources }: Judging, books: Books): number {
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
  const stores = new Set(reasons.flatMap(({ storeRequestId }) => storeRequestId ?? []));
  for (const event of events.events.filter((each) => isReEncryption(each) && isWithin(each))) {
    books.decryptions.takeReEncryption(judgeReEncryption(event, stores));
  }
  const within = { events: events.events.filter(isWithin), writes: writes.events.filter(isWithin) };
  judgeErasures(books.erasures, { reasons, ...within });
  return events.duplicates + writes.duplicates;
}

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
