/**
 * The fields that a cardholder fills in, and the sets of them that a page at /hosted/card shows. The frame builds its
 * fields from this table, and the vault refuses an address with a mode that is not in it. Safe in a browser.
 */

export type FieldName = 'number' | 'expiry' | 'cvc' | 'name';

/** The order in which they stand, typing moves on and errors are shown. */
export const FIELD_NAMES: readonly FieldName[] = ['number', 'expiry', 'cvc', 'name'];

export interface FieldSetFacts {
  readonly fields: readonly FieldName[];
  /** What the page makes; null for a field of a card that has its number in another frame. */
  readonly makes: 'token' | 'cvc_token' | null;
}

/**
 * One page shows a whole card, one field of a card (the others in separate frames), or the security code of a stored
 * card. The frame with the number makes the token, so a number leaves its frame only encrypted.
 */
export const FIELD_SETS = {
  card: { fields: ['number', 'expiry', 'cvc'], makes: 'token' },
  card_name: { fields: ['number', 'expiry', 'cvc', 'name'], makes: 'token' },
  number: { fields: ['number'], makes: 'token' },
  expiry: { fields: ['expiry'], makes: null },
  cvc: { fields: ['cvc'], makes: null },
  name: { fields: ['name'], makes: null },
  code: { fields: ['cvc'], makes: 'cvc_token' },
} as const satisfies Readonly<Record<string, FieldSetFacts>>;

export type FieldSet = keyof typeof FIELD_SETS;

export const isFieldSet = (text: string): text is FieldSet => Object.hasOwn(FIELD_SETS, text);

/** The id that the frames of one card share in their addresses. */
export const GROUP = /^[0-9a-f]{32}$/;
