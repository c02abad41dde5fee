/**
 * One text field that is formatted while typing. It takes a text however it came: by keys, paste, dictation or an input
 * method, from a browser or password manager that sends other events than `input`, or none.
 */
import type { Edit, Shown } from '../../shared/card/format.ts';
import { createHistory, type UndoWish, wishOfInput, wishOfKeys } from './undo.ts';

export interface Field {
  readonly input: HTMLInputElement;
  /** Takes a text that came without an event. */
  look(): void;
  /** Replaces the text, as part of a pasted card. */
  fill(text: string): void;
  clear(): void;
}

/** `typed` at the end of the text, which may move on to the next field; `edited` otherwise. */
export type TextChange = 'typed' | 'edited';

/**
 * Whether a person entered the text (Input Events Level 2, `inputType`). All else may be a browser that fills in the
 * field, as Firefox does with `insertReplacementText` and Safari with a text that has no data, and moves no cursor.
 */
const isByHand = (event: Event): boolean =>
  event instanceof InputEvent &&
  (event.inputType === 'insertText'
    ? event.data !== null
    : ['insertCompositionText', 'insertFromComposition', 'insertFromPaste'].includes(event.inputType));

/**
 * Whether a key belongs to an input method. Safari ends the composition before it sends the Enter that confirmed it, and
 * marks that by the code alone (WebKit bug 165004).
 */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229;

export function formatField(
  input: HTMLInputElement,
  format: (edit: Edit) => Shown,
  changed: (change: TextChange) => void,
): Field {
  const history = createHistory();
  let before = input.value;
  let isInComposition = false;

  const show = ({ text, caret }: Shown) => {
    if (text !== input.value) input.value = text;
    // In Safari, moving the caret of a field without focus focuses it.
    if (input.ownerDocument.activeElement === input) input.setSelectionRange(caret, caret);
    before = text;
  };
  const take = (erased: Edit['erased'], isTyped: boolean, kind: string | null = null) => {
    const edit = { before, after: input.value, caret: input.selectionStart ?? input.value.length };
    const shown = format(erased === undefined ? edit : { ...edit, erased });
    show(shown);
    history.note(shown, kind);
    changed(isTyped && erased === undefined && shown.caret === shown.text.length ? 'typed' : 'edited');
  };
  const look = () => {
    if (!isInComposition && input.value !== before) take(undefined, false);
  };
  const travel = (wish: UndoWish, event: Event) => {
    event.preventDefault();
    const step = input.readOnly ? null : history.go(wish);
    if (step === null) return;
    show(step);
    changed('edited');
  };

  input.addEventListener('input', (event) => {
    const { inputType } = event instanceof InputEvent ? event : { inputType: '' };
    // Changing the text before the IME has composed it would double the digits.
    if (event instanceof InputEvent && event.isComposing) return;
    const kind = inputType === 'insertText' || inputType === 'deleteContentBackward' ? inputType : null;
    take(erasedBy(inputType), isByHand(event), kind);
  });
  input.addEventListener('beforeinput', (event) => {
    const wish = wishOfInput(event);
    if (wish !== null) travel(wish, event);
  });
  input.addEventListener('keydown', (event) => {
    const wish = isComposing(event) ? null : wishOfKeys(event);
    if (wish !== null) travel(wish, event);
  });
  input.addEventListener('compositionstart', () => {
    isInComposition = true;
  });
  input.addEventListener('compositionend', () => {
    isInComposition = false;
    take(undefined, true);
  });
  input.addEventListener('change', look);
  input.addEventListener('blur', () => {
    isInComposition = false;
    history.pause();
    look();
  });
  return {
    input,
    look,
    fill: (text) => {
      input.value = text;
      take(undefined, false);
    },
    clear: () => {
      input.value = '';
      before = '';
      history.forget();
      changed('edited');
    },
  };
}

function erasedBy(inputType: string): Edit['erased'] {
  if (!inputType.startsWith('delete')) return undefined;
  return inputType.endsWith('Forward') ? 'forward' : 'backward';
}
