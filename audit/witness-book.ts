/**
 * The third witness: compares processors' listings with the ledger, charge by charge and both ways. Trail and ledger
 * show that a card was decrypted for a charge; only the processor's own word shows that there was a charge. Rows and
 * charges wait on disk until all are read (scratch.ts), so a listing of any length fits the memory of an audit.
 */
import { type AppendixSink, noAppendix } from './base/appendix.ts';
import { BoundedGroups, BoundedList } from './base/bounded.ts';
import { Scratch } from './scratch.ts';
import type { Period } from './trail/digest-chain.ts';
import {
  type AccountMatch,
  LISTINGS,
  type ListingFile,
  type Matched,
  type MatchVerdict,
  type WitnessEvidence,
} from './witness/evidence.ts';
import {
  chargeIdOf,
  type LedgerCharge,
  type LedgerStatus,
  PREFIX,
  type ProcessorAccount,
  readLedgerCharge,
} from './witness/ledger-charge.ts';
import type { ListedRow } from './witness/listing.ts';
import { type JudgedRow, judge, type Unlisted } from './witness/match.ts';

type Row =
  | { readonly listing: string; readonly row: ListedRow }
  | { readonly charge: LedgerCharge }
  | { readonly unreadable: string };

/** Reads charges by id: those that a listing names and the period does not hold, because they were made before it. */
export type ReadCharges = (ids: readonly string[]) => Promise<readonly object[]>;

const MAX_LISTED = 200;
const MAX_ACCOUNTS = 1_000;
/** As many as one read of the ledger takes. */
const MAX_READ = 100;
/** A statement of whole days in another time zone ends within a day of the period's end. */
const EDGE_MS = 24 * 60 * 60_000;

export class WitnessBook implements Disposable {
  readonly #scratch = new Scratch<Row>();
  /** What no listing has, by account: whether that is a finding is known when all accounts are. */
  readonly #unlisted = new Scratch<Unlisted>();
  readonly #listings: ListingFile[] = [];
  readonly #accounts = new BoundedGroups<{ -readonly [Name in keyof AccountMatch]: AccountMatch[Name] }>(MAX_ACCOUNTS);
  readonly #unmoved: Partial<Record<LedgerStatus, number>> = {};
  readonly #found = {
    unlisted: new BoundedList<Matched>(MAX_LISTED),
    unknown: new BoundedList<Matched>(MAX_LISTED),
    differing: new BoundedList<Matched>(MAX_LISTED),
  };
  readonly #counts = { rows: 0, rowsRight: 0, rowsOutside: 0 };

  addRow(listing: string, row: ListedRow): void {
    this.#scratch.add(row.reference, { listing, row });
  }

  /** Names a listing when all its rows are added. */
  addListing(listing: ListingFile): void {
    this.#listings.push(listing);
  }

  /** Takes any item of the ledger, and keeps charges. */
  addEntry(item: unknown): void {
    const id = chargeIdOf(item);
    if (id === undefined) return;
    const charge = readLedgerCharge(item);
    this.#scratch.add(id, charge === undefined ? { unreadable: id } : { charge });
  }

  /** Compares everything once. */
  async finish(period: Period, readCharges: ReadCharges, sink: AppendixSink = noAppendix): Promise<WitnessEvidence> {
    for (const rows of this.#scratch.parts()) {
      const listed = Map.groupBy(
        rows.flatMap((row) => ('row' in row ? row : [])),
        ({ row }) => row.reference,
      );
      const entries = rows.filter((row) => !('row' in row));
      const known = new Set(
        entries.map((row) => ('charge' in row ? row.charge.id : 'unreadable' in row && row.unreadable)),
      );
      const asked = [...listed.keys()].filter((reference) => reference.startsWith(PREFIX) && !known.has(reference));
      entries.push(...(await this.#read(asked, readCharges)));
      this.#judgeAll(entries, listed, period, sink);
    }
    for (const unlisted of this.#unlisted.parts()) for (const one of unlisted) this.#takeUnlisted(one, period, sink);
    const { unlisted, unknown, differing } = this.#found;
    const accounts = this.#accounts.values();
    return {
      listings: this.#listings,
      ...this.#counts,
      accounts,
      unmoved: this.#unmoved,
      unlisted,
      unknown,
      differing,
    };
  }

  [Symbol.dispose](): void {
    this.#scratch[Symbol.dispose]();
    this.#unlisted[Symbol.dispose]();
  }

  async #read(ids: readonly string[], readCharges: ReadCharges): Promise<Row[]> {
    const rows: Row[] = [];
    for (let at = 0; at < ids.length; at += MAX_READ) {
      for (const item of await readCharges(ids.slice(at, at + MAX_READ))) {
        const charge = readLedgerCharge(item);
        rows.push(charge === undefined ? { unreadable: chargeIdOf(item) ?? '' } : { charge });
      }
    }
    return rows;
  }

  #judgeAll(
    entries: readonly Row[],
    listed: ReadonlyMap<string, readonly { readonly listing: string; readonly row: ListedRow }[]>,
    period: Period,
    sink: AppendixSink,
  ): void {
    const charges = new Map(entries.flatMap((row) => ('charge' in row ? [[row.charge.id, row.charge] as const] : [])));
    for (const unreadable of entries.flatMap((row) => ('unreadable' in row ? row.unreadable : []))) {
      this.#take({ ...NOTHING, verdict: 'charge_unreadable', reference: unreadable }, this.#found.unlisted, sink);
    }
    for (const reference of new Set([...charges.keys(), ...listed.keys()])) {
      const charge = charges.get(reference);
      const rows = listed.get(reference) ?? [];
      const listingOf = new Map(rows.map(({ row, listing }) => [row, listing]));
      const judged = judge(charge, [...listingOf.keys()], period);
      for (const one of judged.rows) this.#takeRow(one, charge, listingOf.get(one.row), sink);
      if (charge !== undefined) this.#takeCharge(charge, rows.length > 0, judged, period);
    }
  }

  #takeRow(
    { row, verdict }: JudgedRow,
    charge: LedgerCharge | undefined,
    listing: string | undefined,
    sink: AppendixSink,
  ) {
    this.#counts.rows += 1;
    if (verdict === 'listed_right') this.#counts.rowsRight += 1;
    if (verdict === 'outside_period') this.#counts.rowsOutside += 1;
    this.#take({ ...NOTHING, verdict, reference: row.reference, listing, row, charge }, this.#listOf(verdict), sink);
  }

  #listOf(verdict: MatchVerdict): BoundedList<Matched> | undefined {
    if (verdict === 'listed_right' || verdict === 'outside_period') return undefined;
    return verdict === 'not_in_ledger' ? this.#found.unknown : this.#found.differing;
  }

  #takeCharge(
    charge: LedgerCharge,
    isNamed: boolean,
    { asked, unlisted }: ReturnType<typeof judge>,
    { fromMs, toMs }: Period,
  ): void {
    const account = this.#accountOf(charge.account);
    account.isListed ||= isNamed;
    account.recorded += asked;
    account.listed += asked - unlisted.length;
    for (const { type, amountMinor, atMs } of unlisted) {
      this.#unlisted.add(charge.id, { charge, type, amountMinor, atMs });
    }
    const isOfPeriod = charge.createdAtMs >= fromMs && charge.createdAtMs <= toMs;
    if (isOfPeriod && charge.capturedMinor === 0)
      this.#unmoved[charge.status] = (this.#unmoved[charge.status] ?? 0) + 1;
  }

  #takeUnlisted({ charge, ...recorded }: Unlisted, { fromMs, toMs }: Period, sink: AppendixSink): void {
    const isNearEdge = recorded.atMs - fromMs < EDGE_MS || toMs - recorded.atMs < EDGE_MS;
    const { isListed } = this.#accountOf(charge.account);
    const verdict = !isListed ? 'no_listing' : isNearEdge ? 'not_listed_near_edge' : 'not_listed';
    const matched = { ...NOTHING, verdict, reference: charge.id, charge, recorded } as const;
    this.#take(matched, isListed ? this.#found.unlisted : undefined, sink);
  }

  #take(matched: Matched, list: BoundedList<Matched> | undefined, sink: AppendixSink): void {
    sink(LISTINGS, matched);
    list?.add(matched);
  }

  #accountOf({ merchant, mode, processor }: ProcessorAccount) {
    return this.#accounts.get([merchant, mode, processor], ([shownMerchant, shownMode, shownProcessor]) => ({
      merchant: shownMerchant,
      mode: shownMode,
      processor: shownProcessor,
      isListed: false,
      recorded: 0,
      listed: 0,
    }));
  }
}

const NOTHING = { listing: undefined, row: undefined, charge: undefined, recorded: undefined };
