/**
 * What Ctrl+Z brings back in one field. A browser drops its own history of a field whenever a script sets its text, as
 * formatting does. Holds what was typed, so it is emptied with the field.
 */

export interface Step {
  readonly text: string;
  readonly caret: number;
}

export type UndoWish = 'undo' | 'redo';

export interface History {
  /** Notes the text after an edit. Edits of the same kind in a row are one step; `kind` null is always its own. */
  note(step: Step, kind: string | null): void;
  /** The step before or after the present one, which it becomes; null where there is none. */
  go(wish: UndoWish): Step | null;
  /** The next edit begins a new step. */
  pause(): void;
  forget(): void;
}

const STEPS_MAX = 50;
const EMPTY: Step = { text: '', caret: 0 };

export function createHistory(): History {
  let steps: Step[] = [EMPTY];
  let at = 0;
  let last: string | null = null;
  return {
    note: (step, kind) => {
      if (step.text === steps[at]?.text) return;
      const isMore = kind !== null && kind === last;
      steps = [...steps.slice(0, isMore ? at : at + 1), step].slice(-STEPS_MAX);
      at = steps.length - 1;
      last = kind;
    },
    go: (wish) => {
      const next = steps[at + (wish === 'undo' ? -1 : 1)];
      if (next === undefined) return null;
      at += wish === 'undo' ? -1 : 1;
      last = null;
      return next;
    },
    pause: () => {
      last = null;
    },
    forget: () => {
      steps = [EMPTY];
      at = 0;
      last = null;
    },
  };
}

/** What the keys ask for on Windows and Linux (Ctrl+Z, Ctrl+Y, Ctrl+Shift+Z) and on a Mac (⌘Z, ⇧⌘Z). */
export function wishOfKeys({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyboardEvent): UndoWish | null {
  if (altKey || ctrlKey === metaKey) return null;
  if (key.toLowerCase() === 'z') return shiftKey ? 'redo' : 'undo';
  return key.toLowerCase() === 'y' && ctrlKey && !shiftKey ? 'redo' : null;
}

/** The same of the browser's own menu, or of a shaken phone (Input Events Level 2, `inputType`). */
export function wishOfInput({ inputType }: InputEvent): UndoWish | null {
  if (inputType === 'historyUndo') return 'undo';
  return inputType === 'historyRedo' ? 'redo' : null;
}
