/** Where the cursor is among several frames, told as if they were one: in when it comes, out when it has left them all. */
import type { FieldSet } from '../../shared/card/fields.ts';

export interface FocusKeeper {
  entered(fieldSet: FieldSet): void;
  left(fieldSet: FieldSet): void;
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
  isBeyond(fieldSet: FieldSet): boolean;
}

export function keepFocus(told: FocusListener): FocusKeeper {
  let at: FieldSet | null = null;
  let handover: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    clearTimeout(handover);
    at = null;
  };
  return {
    forget,
    entered: (fieldSet) => {
      const wasOut = at === null;
      clearTimeout(handover);
      at = fieldSet;
      if (wasOut) told.focus();
    },
    left: (fieldSet) => {
      if (at !== fieldSet) return;
      const leave = () => {
        if (told.isBeyond(fieldSet)) return;
        forget();
        told.blur();
      };
      if (told.alone()) leave();
      else handover = setTimeout(leave, HANDOVER_MS);
    },
  };
}
