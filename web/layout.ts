/**
 * The measures of the frame. The page reserves this room before the frame has loaded, so that nothing moves when the
 * field appears. The frame takes the height of a cell from here; the other numbers repeat `card.css`, and a browser
 * test compares the two. All are for text of the default size, and grow with the reader's text size.
 */
import type { Look } from './theme.ts';

/** The text size that browsers start from. */
export const TEXT_PX = 16;

/** From this width of the field on, number, expiry and code are on one line. */
export const WIDE_FROM_PX = 560;

/** Below this width of the field, the longest text may need a third line. */
export const TWO_LINES_FROM_PX = 288;

/** Room around the field for the focus ring; the page lets the frame extend to the sides by as much. */
export const RING_PX = 3;

/** Lines around and between the cells, which do not grow with the text. */
const EDGE_PX = 1;
const LABEL_LINE_PX = 16;
const GAP_BELOW_PX = 8;
/** A line of the texts under the cells. */
const BELOW_LINE_PX = 18;
const PADDING_PX = { compact: 6, normal: 10, roomy: 14 } as const;

type Measures = Pick<Look, 'spacing' | 'fontSizePx'>;

/** One label above one line of input. */
export const cellHeightPx = ({ spacing, fontSizePx }: Measures): number =>
  2 * PADDING_PX[spacing] + LABEL_LINE_PX + 1.5 * fontSizePx;

/** `widthPx` is the frame without its rings, `textPx` the reader's text size. */
export function expectedHeightPx(widthPx: number, look: Measures, textPx = TEXT_PX, fieldCount = 3): number {
  const zoom = textPx / TEXT_PX;
  const rows = rowsOf(fieldCount, widthPx >= WIDE_FROM_PX * zoom);
  const below = GAP_BELOW_PX + linesBelow(widthPx / zoom) * BELOW_LINE_PX;
  return Math.ceil(2 * RING_PX + (rows + 1) * EDGE_PX + (rows * cellHeightPx(look) + below) * zoom);
}

/**
 * Lines reserved for the texts under the cells: enough for the longest text of any language in a font with square
 * letters.
 */
const linesBelow = (widthPx: number): number => (widthPx >= WIDE_FROM_PX ? 1 : widthPx >= TWO_LINES_FROM_PX ? 2 : 3);

/** Expiry and code share a line, in a wide field with the number too; a name has its own line. */
const rowsOf = (fieldCount: number, isWide: boolean): number => (fieldCount === 1 ? 1 : fieldCount - (isWide ? 2 : 1));
