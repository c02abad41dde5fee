/**
 * Rows that are too many for a report. The audit passes each on as it is found and keeps none; the report writes them
 * to files. Rows of one record come together, records in no particular order.
 */

/** The columns of each appendix, in order. Times are RFC 3339, an empty cell is null. */
export type CellValue = string | number | null;

/** Name of each column, in order, and what it holds of an item. */
export type Columns<T> = Readonly<Record<string, (item: T) => CellValue>>;

/** One list of the report; the CSV file and the report for machines both print these columns. */
export interface Table<T> {
  readonly name: string;
  readonly columns: Columns<T>;
}

/** Takes one item; called synchronously, in the order items are found. */
export type AppendixSink = <T>(table: Table<T>, item: T) => void;

export const noAppendix: AppendixSink = () => {};

export const rowOf = <T>(columns: Columns<T>, item: T): Record<string, CellValue> =>
  Object.fromEntries(Object.entries(columns).map(([name, of]) => [name, of(item)]));

/** The columns of an item's event. */
export const ofEvent = <Event>(columns: Columns<Event>): Columns<{ readonly event: Event }> =>
  Object.fromEntries(
    Object.entries(columns).map(([name, of]) => [name, ({ event }: { readonly event: Event }) => of(event)]),
  );
