/**
 * Rows of the report's appendices (RFC 4180, UTF-8, line feeds). The cells hold text that strangers chose, and
 * spreadsheets run a cell that begins like a formula. An apostrophe before it prevents that, as OWASP's “CSV Injection”
 * advises.
 */
import type { CellValue } from '../base/appendix.ts';

const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\n\r]/;
/** Control characters and line breaks become spaces, so that each line is one record and lines can be counted. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this replaces.
const CONTROL = /[\u0000-\u001f\u007f]+/g;

export const csvRow = (cells: readonly CellValue[]): string => cells.map(csvCell).join(',');

function csvCell(cell: CellValue): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const oneLine = cell.replace(CONTROL, ' ');
  const inert = FORMULA.test(cell) ? `'${oneLine}` : oneLine;
  return NEEDS_QUOTES.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
