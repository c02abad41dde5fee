/**
 * Reads a processor's listing: what the processor says that it charged, refunded and canceled, apart from the vault and
 * from AWS. The form is strict, because a row that is read wrongly would accuse or excuse a charge. An error names line
 * and column and never repeats the value. docs/reference/processor-listing.md describes the form.
 */

import { LISTED_TYPES, LISTING_COLUMNS, type ListedType } from '../../shared/base/listing.ts';
import { isCurrencyCode } from '../../shared/base/money.ts';

type Column = (typeof LISTING_COLUMNS)[number];

/** One row. The first line after the heading is line 2. */
export interface ListedRow {
  readonly line: number;
  /** The charge's id, as the vault sent it to the processor. */
  readonly reference: string;
  readonly type: ListedType;
  readonly amountMinor: number;
  readonly currency: string;
  readonly timeMs: number;
}

/** The listing cannot be used; the message is a sentence for the person who gave it. */
export class ListingError extends Error {
  override readonly name = 'ListingError';

  constructor(line: number, column: Column | undefined, why: string) {
    super(`line ${line}${column ? `, ${column}` : ''}: ${why}`);
  }
}

/** Longer than any row that this form allows. */
export const LINE_CHARS_MAX = 400;
const ROWS_MAX = 1_000_000;

/** A cell, with or without quotes around it. None of the values needs any. */
const CELL = /^(?:"([^",]*)"|([^",]*))$/;

/** What a column holds, and what is said where it holds something else. */
const FORMS: Readonly<Record<Column, { readonly form: RegExp; readonly says: string }>> = {
  reference: { form: /^[\w.:/#@+-]{1,100}$/, says: 'must be 1 to 100 letters, digits and signs of _ . : / # @ + -' },
  type: { form: /^[a-z]{1,20}$/, says: `must be ${LISTED_TYPES.join(', ')}` },
  amount: {
    form: /^(?:0|[1-9]\d{0,11})$/,
    says: 'must be a whole number of minor units, without sign, point or zeros before it',
  },
  currency: { form: /^[A-Z]{3}$/, says: 'must be a currency of ISO 4217 in capital letters' },
  time: {
    form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?(?:Z|[+-]\d\d:\d\d)$/,
    says: 'must be a time with its offset, such as 2026-11-23T09:00:00Z or 2026-11-23T18:00:00+09:00',
  },
};

/** Says whether something holds what may stand nowhere, such as a card number. */
export interface CardGuard {
  /** Of a line of any form, in any encoding. */
  line(text: string): boolean;
  /** Of a reference, as it stands: letters of one id in some thousands spell the name of a code by chance. */
  reference(text: string): boolean;
}

/** The rows of a listing, from its lines without their ends. Throws ListingError. */
export async function* readListing(
  lines: AsyncIterable<string>,
  guard: CardGuard,
  rowsMax = ROWS_MAX,
): AsyncGenerator<ListedRow> {
  let line = 0;
  for await (const text of lines) {
    line += 1;
    if (text.length > LINE_CHARS_MAX) throw new ListingError(line, undefined, 'is too long');
    if (line > rowsMax + 1) throw new ListingError(line, undefined, `a listing has at most ${rowsMax} rows`);
    const read = line === 1 ? readHeading(text) : readRow(text, line);
    // The other cells of a row that is right have no room for a card number.
    if (read instanceof ListingError ? guard.line(text) : read && guard.reference(read.reference)) {
      throw new ListingError(line, undefined, 'holds what looks like a card number, a security code or a token');
    }
    if (read instanceof ListingError) throw read;
    if (read !== undefined) yield read;
  }
  if (line < 2) throw new ListingError(Math.max(line, 1), undefined, 'the listing has no rows');
}

function readHeading(text: string): ListingError | undefined {
  const isRight = cellsOf(text.replace(/^\uFEFF/, ''))?.join(',') === LISTING_COLUMNS.join(',');
  return isRight ? undefined : new ListingError(1, undefined, `the heading must be ${LISTING_COLUMNS.join(',')}`);
}

function readRow(text: string, line: number): ListedRow | ListingError {
  const cells = cellsOf(text);
  if (cells === undefined || cells.length !== LISTING_COLUMNS.length) {
    return new ListingError(line, undefined, `must be ${LISTING_COLUMNS.length} cells with commas between them`);
  }
  const row = Object.fromEntries(LISTING_COLUMNS.map((column, at) => [column, cells[at] ?? ''])) as Record<
    Column,
    string
  >;
  for (const column of LISTING_COLUMNS) {
    const { form, says } = FORMS[column];
    if (!form.test(row[column])) return new ListingError(line, column, says);
  }
  if (!LISTED_TYPES.some((type) => type === row.type)) return new ListingError(line, 'type', FORMS.type.says);
  if (!isCurrencyCode(row.currency)) return new ListingError(line, 'currency', FORMS.currency.says);
  const timeMs = Date.parse(row.time);
  // A day that a month does not have is moved into the next month rather than refused.
  const isDay = new Date(`${row.time.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(row.time.slice(8, 10));
  if (Number.isNaN(timeMs) || !isDay) return new ListingError(line, 'time', FORMS.time.says);
  const { reference, type, amount, currency } = row;
  return { line, reference, type: type as ListedType, amountMinor: Number(amount), currency, timeMs };
}

/** Undefined where a quote stands inside a cell. */
function cellsOf(text: string): string[] | undefined {
  const cells: string[] = [];
  for (const cell of text.split(',')) {
    const found = CELL.exec(cell);
    if (found === null) return undefined;
    cells.push(found[1] ?? found[2] ?? '');
  }
  return cells;
}
