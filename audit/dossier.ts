/**
 * Brings together what a trail and a ledger say of one record, a token's hash or a card's id, wherever in a long period
 * it stands: the reasons recorded for it, the KMS calls that name it, the writes that made and erased it. Rows are kept on
 * disk until all are there (scratch.ts), then judged record by record; late deliveries and clocks that jump make no
 * difference.
 */

import type { ErasureProof } from './erasure/erasure.ts';
import type { Access } from './reasons/access.ts';
import type { RecordedReason } from './reasons/reasons.ts';
import { Reconciler, type UnseenDecryption } from './reasons/reconcile.ts';
import { Scratch } from './scratch.ts';
import { identityOf, type KeyEvent, type TableEvent, trimmed } from './trail/events.ts';

type Row = { readonly reason: RecordedReason } | { readonly event: KeyEvent } | { readonly write: TableEvent };

export interface Judged {
  readonly duplicates: number;
}

export class Dossiers implements Disposable {
  readonly #scratch = new Scratch<Row>();

  addReason(reason: RecordedReason): void {
    this.#scratch.add(reason.record, { reason });
  }

  addCardEvent(event: KeyEvent): void {
    this.#scratch.add(event.context.record ?? '', { event: trimmed(event) });
  }

  addTokenWrite(write: TableEvent): void {
    this.#scratch.add(write.item ?? '', { write: trimmed(write) });
  }

  /** Judges everything once. `isDue` says of a decryption whether the trail must show it by now. */
  judge(access: Access, erasure: ErasureProof, isDue: (unseen: UnseenDecryption) => boolean): Judged {
    let duplicates = 0;
    for (const rows of this.#scratch.parts()) {
      const reasons = rows.flatMap((row) => ('reason' in row ? row.reason : []));
      const events = rows.flatMap((row) => ('event' in row ? row.event : []));
      const reconciler = new Reconciler(reasons);
      for (const event of events) reconciler.take(event);
      const found = reconciler.finish();
      duplicates += found.duplicates;
      access.takeReconciliation(found);
      for (const unseen of found.unseenDecryptions) if (isDue(unseen)) access.takeUnseen(unseen);
      const writes = distinct(rows.flatMap((row) => ('write' in row ? row.write : [])));
      duplicates += writes.duplicates;
      judgeErasures(erasure, reasons, events, writes.events);
    }
    return { duplicates };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
  }
}

/** Tokens only: a stored card keeps its ciphertext until its merchant deletes it. */
function judgeErasures(
  erasure: ErasureProof,
  reasons: readonly RecordedReason[],
  events: readonly KeyEvent[],
  writes: readonly TableEvent[],
): void {
  const reasonsOf = Map.groupBy(reasons, ({ record }) => record);
  const writesOf = Map.groupBy(writes, ({ item }) => item ?? '');
  const stored = new Set(events.flatMap(({ reEncryption, context }) => (reEncryption ? (context.record ?? []) : [])));
  for (const record of new Set([...reasonsOf.keys(), ...writesOf.keys()])) {
    if (record.startsWith('card_')) continue;
    erasure.take({
      record,
      events: writesOf.get(record) ?? [],
      reasons: reasonsOf.get(record) ?? [],
      isStored: stored.has(record),
    });
  }
}

function distinct(events: readonly TableEvent[]): { readonly events: TableEvent[]; readonly duplicates: number } {
  const byIdentity = new Map(events.map((event) => [identityOf(event), event]));
  return { events: [...byIdentity.values()], duplicates: events.length - byIdentity.size };
}
