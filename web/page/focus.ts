/** Where the cursor is among several frames, told as if they were one: in when it comes, out when it has left them all. */
import type { Mode } from '../../shared/card/fields.ts';

export interface FocusKeeper {
  entered(mode: Mode): void;
  left(mode: Mode): void;
  forget(): void;
}

/** Within this time of leaving one frame the cursor is on its way to the next, if that is where it goes. */
const HANDOVER_MS = 100;

export interface FocusListener {
  focus(): void;
  blur(): void;
  /** There is no other frame to go to. */
  alone(): boolean;
  /** The cursor is in another frame than this, which may not have said so yet. */
  isBeyond(mode: Mode): boolean;
}

export function keepFocus(told: FocusListener): FocusKeeper {
  let at: Mode | null = null;
  let handover: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    clearTimeout(handover);
    at = null;
  };
  return {
    forget,
    entered: (mode) => {
      const wasOut = at === null;
      clearTimeout(handover);
      at = mode;
      if (wasOut) told.focus();
    },
    left: (mode) => {
      if (at !== mode) return;
      const leave = () => {
        if (told.isBeyond(mode)) return;
        forget();
        told.blur();
      };
      if (told.alone()) leave();
      else handover = setTimeout(leave, HANDOVER_MS);
    },
  };
}
