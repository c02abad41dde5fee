/**
 * The fields a cardholder types into, and which of them one page at /hosted/card shows. The frame reads its fields from
 * here, and the vault refuses an address that asks for a mode which is not in this table. Safe in a browser.
 */

export type FieldName = 'number' | 'expiry' | 'cvc' | 'name';

/** In the order they are typed, in which typing leads on and errors are shown. */
export const FIELD_NAMES: readonly FieldName[] = ['number', 'expiry', 'cvc', 'name'];

export interface ModeFacts {
  readonly fields: readonly FieldName[];
  /** What the page can be asked to make; null for a field of a card whose number stands in another frame. */
  readonly makes: 'token' | 'cvc_token' | null;
}

/**
 * What one page shows: a whole card, one field of a card whose others stand in frames of their own, or the security code
 * of a stored card. The frame with the number makes the token, so a number leaves its frame only encrypted.
 */
export const MODES = {
  card: { fields: ['number', 'expiry', 'cvc'], makes: 'token' },
  card_name: { fields: ['number', 'expiry', 'cvc', 'name'], makes: 'token' },
  number: { fields: ['number'], makes: 'token' },
  expiry: { fields: ['expiry'], makes: null },
  cvc: { fields: ['cvc'], makes: null },
  name: { fields: ['name'], makes: null },
  code: { fields: ['cvc'], makes: 'cvc_token' },
} as const satisfies Readonly<Record<string, ModeFacts>>;

export type Mode = keyof typeof MODES;

export const isMode = (text: string): text is Mode => Object.hasOwn(MODES, text);

/** What the frames of one card have in common in their addresses. */
export const SESSION = /^[0-9a-f]{32}$/;
