/**
 * Collects everything that trail and ledger hold about one record (a token's hash or a card's id), from anywhere in the
 * period: its recorded reasons, the KMS calls that name it, the writes that made and erased it. Rows wait on disk until
 * all are read (scratch.ts) and are then judged record by record, so late deliveries and clock jumps do not matter.
 */

import type { AppendixSink } from './base/appendix.ts';
import { type ErasureEvidence, ErasureProof, erases } from './erasure/erasure.ts';
import { DecryptionBook, type DecryptionEvidence } from './reasons/access.ts';
import { type CardMove, isReEncryption, judgeMoves, movesFrom } from './reasons/moves.ts';
import type { RecordedReason } from './reasons/reasons.ts';
import { Reconciler } from './reasons/reconcile.ts';
import { Scratch } from './scratch.ts';
import type { Period } from './trail/digest-chain.ts';
import { type CallEvent, identityOf, type KeyEvent, type TableEvent, trimmed } from './trail/events.ts';
import { itemsOf } from './trail/items.ts';

/** Of one card: the re-encryptions to it, as the dossiers of their sources judge them, and its writes. */
type CardRow = { readonly move: CardMove } | { readonly write: TableEvent };
type Row = { readonly reason: RecordedReason } | { readonly event: KeyEvent } | { readonly write: TableEvent };

export interface Judged {
  readonly decryptions: DecryptionEvidence;
  readonly erasures: Omit<ErasureEvidence, 'residue'>;
  /** Copies of events that came too far apart to be met while the trail was read. */
  readonly duplicates: number;
}

export class Dossiers implements Disposable {
  readonly #scratch = new Scratch<Row>();
  readonly #cards = new Scratch<CardRow>();

  addReason(reason: RecordedReason): void {
    this.#scratch.add(reason.record, { reason });
  }

  addCardEvent(event: KeyEvent): void {
    this.#scratch.add(event.context.record ?? '', { event: trimmed(event) });
  }

  addTokenWrite(write: TableEvent): void {
    for (const item of itemsOf(write)) this.#scratch.add(item, { write: { ...trimmed(write), item } });
  }

  addCardWrite(write: TableEvent): void {
    this.#cards.add(write.item ?? '', { write: trimmed(write) });
  }

  /** Judges everything once. `isDue` says whether the trail must already show a recorded decryption. */
  judge({ due, appendix }: { readonly due: Period; readonly appendix: AppendixSink }): Judged {
    const decryptions = new DecryptionBook(appendix);
    const erasures = new ErasureProof(due, appendix);
    let duplicates = 0;
    for (const rows of this.#scratch.parts()) {
      const reasons = rows.flatMap((row) => ('reason' in row ? row.reason : []));
      const events = rows.flatMap((row) => ('event' in row ? row.event : []));
      const reconciler = new Reconciler(reasons);
      for (const event of events) reconciler.take(event);
      const found = reconciler.finish();
      duplicates += found.duplicates;
      decryptions.take(found);
      const missed = found.unseenDecryptions.filter(({ atMs }) => atMs >= due.fromMs && atMs < due.toMs);
      for (const unseen of missed) decryptions.takeUnseen(unseen);
      const writes = distinct(rows.flatMap((row) => ('write' in row ? row.write : [])));
      const moved = distinct(events.filter(isReEncryption));
      duplicates += writes.duplicates + moved.duplicates;
      this.#addMoves({ reasons, events: moved.events, writes: writes.events }, due);
      judgeErasures(erasures, { reasons, events, writes: writes.events });
    }
    for (const rows of this.#cards.parts()) {
      const moves = rows.flatMap((row) => ('move' in row ? row.move : []));
      const writes = distinct(rows.flatMap((row) => ('write' in row ? row.write : [])));
      duplicates += writes.duplicates;
      const writesOf = Map.groupBy(writes.events, ({ item }) => item ?? '');
      for (const [card, toCard] of Map.groupBy(moves, cardOf))
        for (const use of judgeMoves(toCard, writesOf.get(card) ?? [], due)) decryptions.takeReEncryption(use);
    }
    return { decryptions: decryptions.finish(), erasures: erasures.finish(), duplicates };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
    this.#cards[Symbol.dispose]();
  }

  /** Hands each re-encryption on to the card that it made. */
  #addMoves({ reasons, events, writes }: Part, { fromMs }: Period): void {
    const stores = new Set(reasons.flatMap(({ storeRequestId }) => storeRequestId ?? []));
    const spendsOf = Map.groupBy(writes.filter(erases), ({ item }) => item ?? '');
    for (const [record, moved] of Map.groupBy(events, ({ context }) => context.record ?? ''))
      for (const move of movesFrom({ events: moved, spends: spendsOf.get(record) ?? [], stores, fromMs }))
        this.#cards.add(cardOf(move), { move });
  }
}

const cardOf = ({ event }: CardMove): string => event.reEncryption?.destinationContext.record ?? '';

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
