/**
 * The fields a cardholder types into, and which of them one page at /hosted/card shows. The frame reads its fields from
 * here, and the vault refuses an address that asks for a mode which is not in this table. Safe in a browser.
 */

/** In the order they are typed, in which typing leads on and errors are shown. */
export const FIELD_NAMES = ['number', 'expiry', 'cvc'] as const;

export type FieldName = (typeof FIELD_NAMES)[number];

/** What one page shows: a whole card, or one field of a card whose others stand in frames of their own. */
export const MODES = {
  card: ['number', 'expiry', 'cvc'],
  number: ['number'],
  expiry: ['expiry'],
  cvc: ['cvc'],
} as const satisfies Readonly<Record<string, readonly FieldName[]>>;

export type Mode = keyof typeof MODES;

export const isMode = (text: string): text is Mode => Object.hasOwn(MODES, text);
