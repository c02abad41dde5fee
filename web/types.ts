/**
 * What `fuda.js` and `fuda.mjs` give a page. Types only. The vault serves them as `/js/fuda.d.mts`: this text with the
 * imports written out, so that a page is checked against what it loads.
 */

import type { FieldName } from '../shared/card/fields.ts';
import type { Brand } from '../shared/card/networks.ts';
import type { Locale } from './locale.ts';
import type { Base, Theme } from './theme.ts';

export type { Base, Locale, Theme };

export interface FudaOptions {
  /** Left out: the page's own language when the field has it, else the browser's, else English. */
  readonly locale?: Locale;
}

export interface FieldOptions extends FudaOptions {
  /** Left out: light. `'dark'` is short for `{ base: 'dark' }`. */
  readonly theme?: Theme | Base;
}

export interface CardOptions extends FieldOptions {
  /** Asks for the cardholder's name too. */
  readonly name?: boolean;
}

export interface CvcOptions extends FieldOptions {
  /** The stored card's brand, where it is known: it decides how many digits the code has. */
  readonly brand?: Brand;
}

/** A card, once: what the API responds, and never its number. */
export interface CardToken {
  readonly object: 'token';
  /** `tok_…` */
  readonly id: string;
  readonly status: 'active' | 'spent' | 'expired';
  readonly card: {
    readonly brand: Brand;
    /** Six digits. */
    readonly bin: string;
    readonly last4: string;
    readonly exp_month: number;
    readonly exp_year: number;
    readonly fingerprint: string;
  };
  /** RFC 3339. */
  readonly created_at: string;
  readonly expires_at: string;
}

/** A security code, once, to go with a stored card. */
export interface CvcToken {
  readonly object: 'cvc_token';
  /** `cvc_…` */
  readonly id: string;
  readonly status: 'active' | 'spent' | 'expired';
  readonly created_at: string;
  readonly expires_at: string;
}

export interface FieldState {
  /** It could be sent. */
  readonly complete: boolean;
  readonly empty: boolean;
  /** The code of the error shown to the cardholder at this field, or null. */
  readonly error: string | null;
}

/** What the page may know while someone types: never a digit. */
export interface CardState {
  /** Every field could be sent. */
  readonly complete: boolean;
  /** Every field is empty. */
  readonly empty: boolean;
  /** The brand shown, once the digits leave no doubt. */
  readonly brand: Brand | null;
  /** Every brand the number may still turn out to be of. */
  readonly brands: readonly Brand[];
  /** The error shown to the cardholder, first field first. */
  readonly error: string | null;
  /** The fields that are on the page. */
  readonly fields: Readonly<Partial<Record<FieldName, FieldState>>>;
}

export interface CardError {
  readonly code: string;
  /** For the cardholder, in the field's language. */
  readonly message: string;
}

export type TokenizeResult<Token = CardToken> =
  | { readonly token: Token; readonly error?: undefined }
  | { readonly token?: undefined; readonly error: CardError };

/** What each event hands to its listeners. */
export interface CardEvents {
  /** Every field on the page can be typed in; again after a frame was loaded anew. */
  readonly ready: undefined;
  readonly focus: undefined;
  readonly blur: undefined;
  /** The cardholder pressed Enter in a field. */
  readonly submit: undefined;
  readonly change: CardState;
  /** A field cannot be used: refused by the vault, or never ready. */
  readonly error: CardError;
}

/** The events of one field among several. */
export interface FieldEvents {
  readonly ready: undefined;
  readonly focus: undefined;
  readonly blur: undefined;
  readonly change: FieldState;
  readonly error: CardError;
}

/** Listens; the function returned stops listening. */
export type Listen<Events> = <Name extends keyof Events>(
  name: Name,
  listener: (detail: Events[Name]) => void,
) => () => void;

/** What is asked of all fields together, however many frames they stand in. */
export interface Tokenizes<Token> {
  readonly on: Listen<CardEvents>;
  /** Never rejects. While one is under way, a second call gives the same token. */
  tokenize(): Promise<TokenizeResult<Token>>;
  /** Puts the cursor into the first field. */
  focus(): void;
  /** Empties the fields. */
  clear(): void;
  /** Takes the fields off the page; a tokenize under way ends with the error `destroyed`. */
  destroy(): void;
}

/** All fields in one frame. */
export interface Card extends Tokenizes<CardToken> {
  /**
   * Puts the field into an element, given itself or by selector. Throws when there is none, or when the field stands in
   * the page already.
   */
  mount(target: string | Element): void;
}

/** The security code alone. */
export interface CvcField extends Tokenizes<CvcToken> {
  mount(target: string | Element): void;
}

/** One field in a frame of its own. */
export interface CardField {
  readonly on: Listen<FieldEvents>;
  mount(target: string | Element): void;
  /** Takes it off the page; it can be mounted again, and is empty then. */
  unmount(): void;
  focus(): void;
}

/** The fields of one card, each where the page wants it. The name is asked for when it is mounted. */
export interface CardFields extends Tokenizes<CardToken>, Readonly<Record<FieldName, CardField>> {}

export interface Fuda {
  /** The whole card in one frame. */
  card(options?: CardOptions): Card;
  /** The whole card, a frame for each field. */
  fields(options?: FieldOptions): CardFields;
  /** The security code of a stored card. */
  cvc(options?: CvcOptions): CvcField;
}

export type FudaFactory = (publishableKey: string, options?: FudaOptions) => Fuda;

/** `<fuda-card publishable-key="pk_…" locale="ja" theme="dark" cardholder-name>`; its events are `fuda-ready` and so on. */
export interface FudaCardElement extends HTMLElement {
  /** The attribute `theme` takes a name only. */
  theme: FieldOptions['theme'];
  tokenize(): Promise<TokenizeResult>;
  clear(): void;
}

declare global {
  interface Window {
    Fuda: FudaFactory;
  }
  interface HTMLElementTagNameMap {
    'fuda-card': FudaCardElement;
  }
}
