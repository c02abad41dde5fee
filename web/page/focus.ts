/** Reports the focus of several frames as one: `focus` when it enters the first, `blur` when it has left all. */
import type { FieldSet } from '../../shared/card/fields.ts';

export interface FocusKeeper {
  entered(fieldSet: FieldSet): void;
  left(fieldSet: FieldSet): void;
  forget(): void;
}

/** The cursor reaches the next frame within this time after leaving one. */
const HANDOVER_MS = 100;

export interface FocusListener {
  focus(): void;
  blur(): void;
  /** Whether there is no other frame. */
  alone(): boolean;
  /** Whether the cursor is in another frame, which may not have reported it yet. */
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
