/**
 * The states of the payment page between two loads. What says that nothing was paid, the link back and the notices at the
 * form, is visible in the state `open` only, which is the vault's last word. The server wrote all texts into the page.
 */

export interface Screen {
  readonly form: HTMLFormElement;
  readonly button: HTMLButtonElement;
  /** The vault has said that nothing was paid; with a notice of what happened before. */
  open(notice: 'refused' | 'unpaid'): void;
  /** Takes the notice away. */
  quiet(): void;
  /** A payment was sent. */
  paying(): void;
  /** The outcome is not known, and the vault is asked. */
  unsure(): void;
  /** The vault is no longer asked. */
  stopped(): void;
  /** Nobody sees the page: until the vault is asked again, the session may be paid elsewhere. */
  hidden(): void;
  isStale(): boolean;
  /** The vault has said that the session is still open. */
  fresh(): void;
}

export function connectScreen(document: Document): Screen {
  const main = element(document, 'main', HTMLElement);
  const title = element(document, 'result-title', HTMLElement);
  const notices = {
    refused: element(document, 'refused', HTMLElement),
    unpaid: element(document, 'unpaid', HTMLElement),
  };
  const show = (section: 'ask' | 'result') => {
    for (const id of ['ask', 'result']) {
      element(document, id, HTMLElement).dataset.shown = id === section ? 'yes' : 'no';
    }
  };
  const notify = (notice: keyof typeof notices | null) => {
    notices.refused.hidden = notice !== 'refused';
    notices.unpaid.hidden = notice !== 'unpaid';
  };
  const isStale = () => main.dataset.status === 'stale';
  return {
    form: element(document, 'card', HTMLFormElement),
    button: element(document, 'pay', HTMLButtonElement),
    open: (notice) => {
      main.dataset.status = 'open';
      show('ask');
      notify(notice);
    },
    quiet: () => notify(null),
    paying: () => {
      main.dataset.status = 'paying';
    },
    hidden: () => {
      if (main.dataset.status === 'open') main.dataset.status = 'stale';
    },
    isStale,
    fresh: () => {
      if (isStale()) main.dataset.status = 'open';
    },
    unsure: () => {
      if (main.dataset.status === 'processing') return;
      main.dataset.status = 'processing';
      show('result');
      // Moves a screen reader to what has changed.
      title.focus();
    },
    stopped: () => {
      element(document, 'result-text', HTMLElement).hidden = true;
      element(document, 'stopped', HTMLElement).hidden = false;
    },
  };
}

function element<Part extends HTMLElement>(document: Document, id: string, type: new () => Part): Part {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`pay.html has no ${type.name} #${id}`);
  return found;
}
