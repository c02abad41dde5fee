/** What came of comparing processors' listings with the ledger; tables of it for the appendix. */
import { toRfc3339 } from '../../shared/base/clock.ts';
import type { Table } from '../base/appendix.ts';
import type { Bounded } from '../base/bounded.ts';
import type { LedgerCharge, LedgerStatus, ProcessorAccount } from './ledger-charge.ts';
import type { ListedRow } from './listing.ts';
import type { RowVerdict } from './match.ts';

export type MatchVerdict =
  | RowVerdict
  | 'not_listed'
  /** Its time lies within a day of the period's beginning or end, where a listing of the same days may already end. */
  | 'not_listed_near_edge'
  /** The ledger has the charge, and no listing names any charge of its account. */
  | 'no_listing'
  /** The ledger's item cannot be read, so that it is not known what the processor should list. */
  | 'charge_unreadable';

/** One row of a listing or one charge or refund of the ledger, with what stands against it. */
export interface Matched {
  readonly verdict: MatchVerdict;
  readonly reference: string;
  readonly listing: string | undefined;
  readonly row: ListedRow | undefined;
  readonly charge: LedgerCharge | undefined;
  /** What the ledger says, where no row says it. */
  readonly recorded:
    | { readonly type: 'charge' | 'refund'; readonly amountMinor: number; readonly atMs: number }
    | undefined;
}

export interface ListingFile {
  readonly name: string;
  readonly sha256: string;
  readonly rows: number;
}

/** What the ledger says was taken and given back at one account in the period. */
export interface AccountMatch extends ProcessorAccount {
  readonly isListed: boolean;
  readonly recorded: number;
  readonly listed: number;
}

export interface WitnessEvidence {
  readonly listings: readonly ListingFile[];
  readonly rows: number;
  readonly rowsRight: number;
  /** Rows outside the period under references that the ledger does not have. */
  readonly rowsOutside: number;
  readonly accounts: readonly AccountMatch[];
  /** Charges of the period that took nothing, by status: a listing of funds cannot confirm them. */
  readonly unmoved: Readonly<Partial<Record<LedgerStatus, number>>>;
  readonly unlisted: Bounded<Matched>;
  readonly unknown: Bounded<Matched>;
  readonly differing: Bounded<Matched>;
}

export const LISTINGS: Table<Matched> = {
  name: 'listings',
  columns: {
    verdict: ({ verdict }) => verdict,
    reference: ({ reference }) => reference,
    listing: ({ listing }) => listing ?? null,
    line: ({ row }) => row?.line ?? null,
    type: ({ row, recorded }) => row?.type ?? recorded?.type ?? null,
    amount_listed: ({ row }) => row?.amountMinor ?? null,
    currency_listed: ({ row }) => row?.currency ?? null,
    time_listed: ({ row }) => (row === undefined ? null : toRfc3339(row.timeMs)),
    merchant: ({ charge }) => charge?.account.merchant ?? null,
    mode: ({ charge }) => charge?.account.mode ?? null,
    processor: ({ charge }) => charge?.account.processor ?? null,
    status_recorded: ({ charge }) => charge?.status ?? null,
    amount_recorded: ({ recorded, charge }) => recorded?.amountMinor ?? charge?.capturedMinor ?? null,
    currency_recorded: ({ charge }) => charge?.currency ?? null,
    time_recorded: ({ recorded, charge }) => {
      const atMs = recorded?.atMs ?? charge?.capturedAtMs;
      return atMs === undefined ? null : toRfc3339(atMs);
    },
  },
};
