/**
 * Compares what a processor lists under one reference with the charge of that id, both ways. Times are not compared: a
 * processor may book a charge later than it approved it. The currency and each amount must be the same.
 */
import type { Period } from '../trail/digest-chain.ts';
import type { LedgerCharge, LedgerRefund } from './ledger-charge.ts';
import type { ListedRow } from './listing.ts';

/** What is said of a row. */
export type RowVerdict =
  | 'listed_right'
  /** The ledger has no charge of this id. */
  | 'not_in_ledger'
  /** The same outside the report's period, which another report asks about. */
  | 'outside_period'
  | 'amount_differs'
  | 'currency_differs'
  /** The ledger has the charge, and says that this did not happen to it. */
  | 'state_differs'
  | 'listed_twice';

export interface JudgedRow {
  readonly row: ListedRow;
  readonly verdict: RowVerdict;
}

/** What the ledger says was taken or given back in the period, and the listing does not have. */
export interface Unlisted {
  readonly charge: LedgerCharge;
  readonly type: 'charge' | 'refund';
  readonly amountMinor: number;
  readonly atMs: number;
}

interface Judgement {
  readonly rows: readonly JudgedRow[];
  readonly unlisted: readonly Unlisted[];
  /** What of the period was asked for, listed or not. */
  readonly asked: number;
}

const isIn = (atMs: number, { fromMs, toMs }: Period): boolean => atMs >= fromMs && atMs <= toMs;

/** `rows` have one reference; `charge` is the one of that id, where the ledger has it. */
export function judge(charge: LedgerCharge | undefined, rows: readonly ListedRow[], period: Period): Judgement {
  if (charge === undefined) {
    const judged = rows.map((row): JudgedRow => {
      return { row, verdict: isIn(row.timeMs, period) ? 'not_in_ledger' : 'outside_period' };
    });
    return { rows: judged, unlisted: [], asked: 0 };
  }
  const refunds = matchRefunds(charge, ofType(rows, 'refund'));
  const judged = [
    ...ofType(rows, 'charge').map((row, at) => ({ row, verdict: judgeCharge(charge, row, at > 0) })),
    ...ofType(rows, 'cancel').map((row, at) => ({ row, verdict: judgeCancel(charge, row, at > 0) })),
    ...refunds.rows,
  ];
  const due = dueOf(charge, period);
  const isListed = judged.some(({ row }) => row.type === 'charge');
  const unlisted = due.filter((what) => (what.refund ? refunds.left.includes(what.refund) : !isListed));
  return { rows: judged, unlisted, asked: due.length };
}

const ofType = (rows: readonly ListedRow[], type: ListedRow['type']) => rows.filter((row) => row.type === type);

function judgeCharge({ currency, capturedMinor }: LedgerCharge, row: ListedRow, isRepeated: boolean): RowVerdict {
  if (isRepeated) return 'listed_twice';
  if (capturedMinor === 0) return 'state_differs';
  if (row.currency !== currency) return 'currency_differs';
  return row.amountMinor === capturedMinor ? 'listed_right' : 'amount_differs';
}

function judgeCancel({ currency, amountMinor, status }: LedgerCharge, row: ListedRow, isRepeated: boolean): RowVerdict {
  if (isRepeated) return 'listed_twice';
  // A charge with an outcome that stayed unknown is canceled at the processor and has failed in the ledger.
  if (status !== 'canceled' && status !== 'failed') return 'state_differs';
  if (row.currency !== currency) return 'currency_differs';
  return row.amountMinor === amountMinor ? 'listed_right' : 'amount_differs';
}

/**
 * A listing has no ids of refunds, so a row stands for a refund of its amount that no other row stands for. The rest
 * of both is then paired in order, so that a wrong amount is one finding rather than two.
 */
function matchRefunds({ currency, refunds }: LedgerCharge, rows: readonly ListedRow[]) {
  const left: LedgerRefund[] = [...refunds];
  const take = (at: number): boolean => at >= 0 && left.splice(at, 1).length > 0;
  const right = rows.filter((row) => take(left.findIndex(({ amountMinor }) => amountMinor === row.amountMinor)));
  const isKnown = (row: ListedRow): boolean => right.some(({ amountMinor }) => amountMinor === row.amountMinor);
  const judged = rows.map((row): JudgedRow => {
    if (right.includes(row)) return { row, verdict: row.currency === currency ? 'listed_right' : 'currency_differs' };
    if (isKnown(row)) return { row, verdict: 'listed_twice' };
    return { row, verdict: take(left.length - 1) ? 'amount_differs' : 'state_differs' };
  });
  return { rows: judged, left };
}

/** What was taken and given back in the period. */
function dueOf(charge: LedgerCharge, period: Period): (Unlisted & { readonly refund?: LedgerRefund })[] {
  const { capturedMinor: amountMinor, capturedAtMs: atMs } = charge;
  const taken = atMs === undefined ? [] : [{ charge, type: 'charge', amountMinor, atMs } as const];
  const given = charge.refunds
    .filter(({ isPending }) => !isPending)
    .map((refund) => ({ charge, type: 'refund', ...refund, refund }) as const);
  return [...taken, ...given].filter((what) => isIn(what.atMs, period));
}
