/** What `fuda.js` gives a page. Types only; copy or import this file to use the script from TypeScript. */
import type { Locale } from '../locale.ts';
import type { CardError, CardState, CardToken } from '../messages.ts';
import type { Base, Theme } from '../theme.ts';

export type { Base, CardError, CardState, CardToken, Locale, Theme };

export interface FudaOptions {
  /** Left out: the page's own language when the field has it, else the browser's, else English. */
  readonly locale?: Locale;
}

export interface CardOptions extends FudaOptions {
  /** Left out: light. `'dark'` is short for `{ base: 'dark' }`. */
  readonly theme?: Theme | Base;
}

/** What each event hands to its listeners. */
export interface CardEvents {
  readonly ready: undefined;
  readonly focus: undefined;
  readonly blur: undefined;
  /** The cardholder pressed Enter in the field. */
  readonly submit: undefined;
  readonly change: CardState;
  /** The field cannot be used: refused by the vault, or never ready. */
  readonly error: CardError;
}

export type TokenizeResult =
  | { readonly token: CardToken; readonly error?: undefined }
  | { readonly token?: undefined; readonly error: CardError };

export interface Card {
  /** Puts the field into an element, given itself or by selector. Throws when there is none. */
  mount(target: string | Element): void;
  /** Listens; the function returned stops listening. */
  on<Name extends keyof CardEvents>(name: Name, listener: (detail: CardEvents[Name]) => void): () => void;
  /** Never rejects. While one is under way, a second call gives the same token. */
  tokenize(): Promise<TokenizeResult>;
  focus(): void;
  /** Empties the fields. */
  clear(): void;
  /** Takes the field off the page; a tokenize under way ends with the error `destroyed`. */
  destroy(): void;
}

export interface Fuda {
  card(options?: CardOptions): Card;
}

export type FudaFactory = (publishableKey: string, options?: FudaOptions) => Fuda;

declare global {
  interface Window {
    Fuda: FudaFactory;
  }
}
