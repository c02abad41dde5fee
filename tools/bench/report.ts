/** The result of a question, and how it is printed. */
import type { Spread } from './statistics.ts';

export interface BenchFinding {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
  readonly notes: readonly string[];
  /** Counts over their budget. Times never fail. */
  readonly failures: readonly string[];
  /** The figures behind the rows, for the JSON file. */
  readonly data: unknown;
}

export interface Effort {
  /** Under a minute in total, for every change; otherwise a few minutes, for docs/performance.md. */
  readonly quick: boolean;
  /** A million items and events, too; half an hour. */
  readonly long: boolean;
}

export const ms = (value: number): string => (value < 10 ? value.toFixed(2) : value.toFixed(1));
export const times = (value: number): string => `${value.toFixed(2)}×`;
/** `1.08× (1.05–1.12)`: the median and the middle half. */
export const spreadText = ({ median, low, high }: Spread, form: (value: number) => string): string =>
  `${form(median)} (${form(low)}–${form(high)})`;

/** A Markdown table, columns aligned so that it also reads in a terminal. */
export function tableText({ title, columns, rows, notes, failures }: BenchFinding): string {
  const lines = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const text = lines.map((line) => `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
  const [head = '', ...body] = text;
  return [
    `\n## ${title}\n`,
    head,
    rule,
    ...body,
    ...notes.map((note) => `\n${note}`),
    ...failures.map((failure) => `\nFAILED: ${failure}`),
  ].join('\n');
}
