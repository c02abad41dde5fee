/**
 * The frame's measures, shared by both sides: the page reserves this room before the frame has loaded, so nothing on
 * it moves when the field appears. `card.css` is written to these numbers, and a browser test holds them to it.
 */

/** From this frame width on, the three fields stand on one line. */
export const WIDE_FROM_PX = 560;

/** Room around the fields for the focus ring; the page pulls the frame out by as much, so the fields align with it. */
export const RING_PX = 3;

const HEIGHT_PX = { narrow: 156, wide: 95 } as const;

export const expectedHeightPx = (widthPx: number): number => HEIGHT_PX[widthPx < WIDE_FROM_PX ? 'narrow' : 'wide'];
