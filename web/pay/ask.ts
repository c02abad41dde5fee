/** Pays on an open session: a repeated press of the button pays once, and a refused card can be replaced. */
import type { CardForm } from '../hosted/card-form.ts';
import type { TokenizeOutcome } from '../hosted/tokenizer.ts';
import type { Checkout } from './checkout.ts';

export interface AskParts {
  readonly form: Pick<CardForm, 'clear' | 'focus' | 'showBusy' | 'showTrouble'>;
  readonly tokenize: () => Promise<TokenizeOutcome>;
  readonly checkout: Checkout;
  /** Reloads the page, which then shows the outcome. */
  readonly reload: () => void;
}

export function askForPayment(document: Document, { form, tokenize, checkout, reload }: AskParts): void {
  const button = element(document, 'pay', HTMLButtonElement);
  const refused = element(document, 'refused', HTMLElement);

  const pay = async (): Promise<void> => {
    const made = await tokenize();
    if ('error' in made) {
      // The session was paid meanwhile, or has expired.
      if (made.error.code.startsWith('checkout_session_')) reload();
      return;
    }
    form.showBusy(true);
    const outcome = await checkout.pay(made.token.id);
    form.showBusy(false);
    if (outcome === 'paid' || outcome === 'changed') return reload();
    if (outcome === 'unknown') return form.showTrouble('network');
    if (outcome === 'unsent') return form.showTrouble('refused');
    refused.hidden = false;
    form.clear();
    form.focus();
  };

  element(document, 'card', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    refused.hidden = true;
    pay().finally(() => {
      button.disabled = false;
    });
  });
}

function element<Part extends HTMLElement>(document: Document, id: string, type: new () => Part): Part {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`pay.html has no ${type.name} #${id}`);
  return found;
}
