/**
 * The frame's measures, shared by both sides: the page reserves this room before the frame has loaded, so nothing on
 * it moves when the field appears. The frame takes the height of a cell from here; what `card.css` adds to it is
 * written down below, and a browser test holds it to these numbers. All are for text of the usual size, and grow with
 * the size the reader has set.
 */
import type { Look } from './theme.ts';

/** The text size that browsers start from. */
export const TEXT_PX = 16;

/** From this width of the field on, number, expiry and code stand on one line. */
export const WIDE_FROM_PX = 560;

/** Below this width of the field, the longest text can need a third line. */
export const TWO_LINES_FROM_PX = 288;

/** Room in the frame around the field, for the focus ring; the page lets it stick out to the sides by as much. */
export const RING_PX = 3;

/** Around the cells and between them, whatever the text size. */
const EDGE_PX = 1;
const LABEL_LINE_PX = 16;
const GAP_BELOW_PX = 8;
/** A line of the texts under the cells. */
const BELOW_LINE_PX = 18;
const PADDING_PX = { compact: 6, normal: 10, roomy: 14 } as const;

type Measures = Pick<Look, 'spacing' | 'fontSizePx'>;

/** One label above one line of what is typed. */
export const cellHeightPx = ({ spacing, fontSizePx }: Measures): number =>
  2 * PADDING_PX[spacing] + LABEL_LINE_PX + 1.5 * fontSizePx;

/** `widthPx`: of the field, which is the frame without its rings. `textPx`: the size of text the reader has set. */
export function expectedHeightPx(widthPx: number, look: Measures, textPx = TEXT_PX, fieldCount = 3): number {
  const zoom = textPx / TEXT_PX;
  const rows = rowsOf(fieldCount, widthPx >= WIDE_FROM_PX * zoom);
  const below = GAP_BELOW_PX + linesBelow(widthPx / zoom) * BELOW_LINE_PX;
  return Math.ceil(2 * RING_PX + (rows + 1) * EDGE_PX + (rows * cellHeightPx(look) + below) * zoom);
}

/**
 * How many lines are kept free for the texts under the cells: as many as the longest text of any language needs in a font
 * whose letters are as wide as they are high.
 */
const linesBelow = (widthPx: number): number => (widthPx >= WIDE_FROM_PX ? 1 : widthPx >= TWO_LINES_FROM_PX ? 2 : 3);

/** Expiry and code share a line, with the number too where it is wide; a name has one to itself. */
const rowsOf = (fieldCount: number, isWide: boolean): number => (fieldCount === 1 ? 1 : fieldCount - (isWide ? 2 : 1));
