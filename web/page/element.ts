/**
 * `<fuda-card>`: the card field as an element of the page. It mounts its frame when it enters a document and removes it
 * when it leaves, so a framework may move, remove and reinsert it.
 */
import type {
  Base,
  Card,
  CardError,
  FieldOptions,
  FudaCardElement,
  FudaFactory,
  Locale,
  TokenizeResult,
} from '../types.ts';
import { CARD_EVENTS } from './emitter.ts';

const TAG = 'fuda-card';
const UNMOUNTED: CardError = { code: 'not_mounted', message: 'The element is not in the document.' };

class CardElement extends HTMLElement implements FudaCardElement {
  static fuda: FudaFactory;
  static readonly observedAttributes = ['publishable-key', 'locale', 'theme', 'cardholder-name'];
  #card: Card | null = null;
  /** Whether `connectedCallback` has run; browsers report the first attributes before. */
  #isIn = false;
  #isStale = false;
  #theme: FieldOptions['theme'];

  connectedCallback(): void {
    this.#isIn = true;
    this.#open();
  }

  disconnectedCallback(): void {
    this.#isIn = false;
    this.#close();
  }

  /** For `moveBefore`, which keeps the frame. */
  connectedMoveCallback(): void {}

  /** A framework sets one attribute after another, so the field is mounted again once, after the last. */
  attributeChangedCallback(): void {
    this.#renew();
  }

  /** For a theme that is more than a name; takes precedence over the attribute. */
  set theme(theme: FieldOptions['theme']) {
    this.#theme = theme;
    this.#renew();
  }

  get theme(): FieldOptions['theme'] {
    return this.#theme ?? (this.getAttribute('theme') as Base | null) ?? undefined;
  }

  #renew(): void {
    if (!this.#isIn || this.#isStale) return;
    this.#isStale = true;
    queueMicrotask(() => {
      this.#isStale = false;
      this.#close();
      if (this.#isIn) this.#open();
    });
  }

  tokenize(): Promise<TokenizeResult> {
    return this.#card?.tokenize() ?? Promise.resolve({ error: UNMOUNTED });
  }

  clear(): void {
    this.#card?.clear();
  }

  override focus(): void {
    this.#card?.focus();
  }

  #open(): void {
    if (!this.hasAttribute('publishable-key')) return;
    try {
      const card = this.#make();
      for (const name of CARD_EVENTS) card.on(name, (detail: unknown) => this.#tell(name, detail));
      // A custom element is inline by default, so that a frame in it would have no width.
      if (this.style.display === '') this.style.display = 'block';
      card.mount(this);
      this.#card = card;
    } catch (error) {
      this.#tell('error', { code: 'invalid_options', message: String(error) });
      reportError(error);
    }
  }

  #close(): void {
    this.#card?.destroy();
    this.#card = null;
  }

  #make(): Card {
    const locale = this.getAttribute('locale') as Locale | null;
    const { theme } = this;
    return CardElement.fuda(this.getAttribute('publishable-key') ?? '').card({
      ...(locale !== null && { locale }),
      ...(theme !== undefined && { theme }),
      name: this.hasAttribute('cardholder-name'),
    });
  }

  /** The prefix `fuda-`, because the browser has its own events `change` and `focus`. */
  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(`fuda-${name}`, { detail, bubbles: true, composed: true }));
  }
}

/** Defined once per page, by the first of several scripts. */
export function defineElement(fuda: FudaFactory): void {
  if (customElements.get(TAG) !== undefined) return;
  CardElement.fuda = fuda;
  customElements.define(TAG, CardElement);
}
