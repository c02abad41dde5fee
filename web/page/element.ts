/**
 * `<fuda-card>`: the card field as an element of the page. It mounts its frame when it enters a document and removes it
 * when it leaves, so a framework may move, remove and reinsert it. The frame stands in a shadow tree and no attribute is
 * set, so a framework that hydrates the page finds the element as the server wrote it.
 */

import { writeTheme } from '../theme.ts';
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

/** A custom element is inline by default, so that a frame in it would have no width. The page's own rules win. */
const STYLE = ':host{display:block}:host([hidden]){display:none}';

class CardElement extends HTMLElement implements FudaCardElement {
  static fuda: FudaFactory;
  static readonly observedAttributes = ['publishable-key', 'locale', 'theme', 'cardholder-name'];
  #card: Card | null = null;
  /** Whether `connectedCallback` has run; browsers report the first attributes before. */
  #isIn = false;
  #isStale = false;
  #theme: FieldOptions['theme'];
  /** The options of the field that is open. */
  #opened = '';

  connectedCallback(): void {
    this.#takeEarlyTheme();
    this.#isIn = true;
    this.#open();
  }

  disconnectedCallback(): void {
    this.#isIn = false;
    this.#close();
  }

  /** For `moveBefore`, which keeps the frame. */
  connectedMoveCallback(): void {}

  /** A theme that was set before this class was there is a property of the element, which would hide the accessor. */
  #takeEarlyTheme(): void {
    if (!Object.hasOwn(this, 'theme')) return;
    const early = this.theme;
    Reflect.deleteProperty(this, 'theme');
    this.theme = early;
  }

  /**
   * A framework sets one attribute after another, so the field is mounted again once, after the last; and sets attributes
   * anew that it has not changed, which must not empty the field.
   */
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
      if (!this.#isIn || this.#options === this.#opened) return;
      this.#close();
      this.#open();
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

  get #options(): string {
    const { theme } = this;
    return JSON.stringify([
      ...['publishable-key', 'locale', 'cardholder-name'].map((name) => this.getAttribute(name)),
      writeTheme(theme),
    ]);
  }

  #open(): void {
    this.#opened = this.#options;
    if (!this.hasAttribute('publishable-key')) return;
    try {
      const card = this.#make();
      for (const name of CARD_EVENTS) card.on(name, (detail: unknown) => this.#tell(name, detail));
      card.mount(this.#room());
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

  #room(): Element {
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    // Made by script, so that no Content-Security-Policy of the page refuses it.
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    root.adoptedStyleSheets = [style];
    const room = document.createElement('div');
    root.replaceChildren(room);
    return room;
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
