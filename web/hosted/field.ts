/**
 * One text field that is formatted as it is typed. It listens to what the browser did to the text, never to keys, so
 * typing, pasting, dictation, autofill and an IME all come through the same door.
 */
import type { Edit, Shown } from '../../shared/card/format.ts';

export interface Field {
  readonly input: HTMLInputElement;
  clear(): void;
}

/** How the text changed: `typed` at its end, which may lead on to the next field, or otherwise. */
export type Change = 'typed' | 'edited';

export function formatField(
  input: HTMLInputElement,
  format: (edit: Edit) => Shown,
  changed: (change: Change) => void,
): Field {
  let before = input.value;

  const take = (erased: Edit['erased'], isTyped: boolean) => {
    const edit = { before, after: input.value, caret: input.selectionStart ?? input.value.length };
    const shown = format(erased === undefined ? edit : { ...edit, erased });
    if (shown.text !== input.value) input.value = shown.text;
    // Moving the caret of a field without focus would take the focus there in Safari.
    if (input.ownerDocument.activeElement === input) input.setSelectionRange(shown.caret, shown.caret);
    before = shown.text;
    changed(isTyped && erased === undefined && shown.caret === shown.text.length ? 'typed' : 'edited');
  };

  input.addEventListener('input', (event) => {
    // The text belongs to the IME until it is composed; touching it earlier would double the digits.
    if (event instanceof InputEvent && event.isComposing) return;
    // What the browser fills in by itself is no typing, and leads nowhere.
    take(erasedBy(event), event instanceof InputEvent);
  });
  input.addEventListener('compositionend', () => take(undefined, true));
  return {
    input,
    clear: () => {
      input.value = '';
      before = '';
      changed('edited');
    },
  };
}

function erasedBy(event: Event): Edit['erased'] {
  if (!(event instanceof InputEvent) || !event.inputType.startsWith('delete')) return undefined;
  return event.inputType.endsWith('Forward') ? 'forward' : 'backward';
}
