/**
 * One text field that is formatted while typing. It listens to changes of the text and not to keys, so that typing,
 * pasting, dictation, autofill and an IME are handled alike.
 */
import type { Edit, Shown } from '../../shared/card/format.ts';

export interface Field {
  readonly input: HTMLInputElement;
  clear(): void;
}

/** `typed` at the end of the text, which may move on to the next field; `edited` otherwise. */
export type TextChange = 'typed' | 'edited';

export function formatField(
  input: HTMLInputElement,
  format: (edit: Edit) => Shown,
  changed: (change: TextChange) => void,
): Field {
  let before = input.value;

  const take = (erased: Edit['erased'], isTyped: boolean) => {
    const edit = { before, after: input.value, caret: input.selectionStart ?? input.value.length };
    const shown = format(erased === undefined ? edit : { ...edit, erased });
    if (shown.text !== input.value) input.value = shown.text;
    // In Safari, moving the caret of a field without focus focuses it.
    if (input.ownerDocument.activeElement === input) input.setSelectionRange(shown.caret, shown.caret);
    before = shown.text;
    changed(isTyped && erased === undefined && shown.caret === shown.text.length ? 'typed' : 'edited');
  };

  input.addEventListener('input', (event) => {
    // Changing the text before the IME has composed it would double the digits.
    if (event instanceof InputEvent && event.isComposing) return;
    // Autofill does not move the focus.
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
