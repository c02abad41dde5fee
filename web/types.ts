/**
 * The types of `fuda.js` and `fuda.mjs`. The vault serves them as `/js/fuda.d.mts`, with the imports inlined, so that a
 * page is checked against what it loads.
 */

import type { FieldName } from '../shared/card/fields.ts';
import type { Brand } from '../shared/card/networks.ts';
import type { Locale } from './locale.ts';
import type { Base, Theme } from './theme.ts';

export type { Base, Locale, Theme };

export interface FudaOptions {
  /** Default: the page's language where the field supports it, else the browser's, else English. */
  readonly locale?: Locale;
}

export interface FieldOptions extends FudaOptions {
  /** Default: light. `'dark'` is short for `{ base: 'dark' }`. */
  readonly theme?: Theme | Base;
}

export interface CardOptions extends FieldOptions {
  /** Asks for the cardholder's name too. */
  readonly name?: boolean;
}

export interface CvcOptions extends FieldOptions {
  /** The stored card's brand, where known: it decides the length of the code. */
  readonly brand?: Brand;
}

/** A one-time token of a card, as the API returns it, never with the number. */
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

/** A one-time token of a security code, for a charge of a stored card. */
export interface CvcToken {
  readonly object: 'cvc_token';
  /** `cvc_…` */
  readonly id: string;
  readonly status: 'active' | 'spent' | 'expired';
  readonly created_at: string;
  readonly expires_at: string;
}

export interface FieldState {
  /** It can be sent. */
  readonly complete: boolean;
  readonly empty: boolean;
  /** The code of the error shown to the cardholder at this field, or null. */
  readonly error: string | null;
}

/** The state of the fields while someone types, without digits. */
export interface CardState {
  /** Every field can be sent. */
  readonly complete: boolean;
  /** Every field is empty. */
  readonly empty: boolean;
  /** The brand shown, once the digits decide it. */
  readonly brand: Brand | null;
  /** Every brand that the number may still have. */
  readonly brands: readonly Brand[];
  /** The error shown to the cardholder, first field first. */
  readonly error: string | null;
  /** The fields on the page. */
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

/** The detail of each event. */
export interface CardEvents {
  /** Every field on the page is ready; again after a frame was reloaded. */
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

/** Adds a listener; the returned function removes it. */
export type Listen<Events> = <Name extends keyof Events>(
  name: Name,
  listener: (detail: Events[Name]) => void,
) => () => void;

/** Methods for all fields together, in one frame or several. */
export interface Tokenizes<Token> {
  readonly on: Listen<CardEvents>;
  /** Never rejects. A second call while one is under way returns the same token. */
  tokenize(): Promise<TokenizeResult<Token>>;
  /** Puts the cursor into the first field. */
  focus(): void;
  /** Empties the fields. */
  clear(): void;
  /** Removes the fields from the page; a tokenize under way ends with the error `destroyed`. */
  destroy(): void;
}

/** All fields in one frame. */
export interface Card extends Tokenizes<CardToken> {
  /**
   * Puts the field into an element, given directly or by selector. Throws where there is no such element, or the field
   * is on the page already.
   */
  mount(target: string | Element): void;
}

/** The security code alone. */
export interface CvcField extends Tokenizes<CvcToken> {
  mount(target: string | Element): void;
}

/** One field in a separate frame. */
export interface CardField {
  readonly on: Listen<FieldEvents>;
  mount(target: string | Element): void;
  /** Removes it from the page; it can be mounted again, empty. */
  unmount(): void;
  focus(): void;
}

/** The fields of one card, each placed by the page. The name is required once it is mounted. */
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
