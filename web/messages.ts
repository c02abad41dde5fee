/**
 * The messages between the hosted frame and the merchant's page. The guards below accept these shapes only. No message
 * has a place for a card digit (V1): the page learns whether the fields are complete, the brand, a token with the card
 * facts of the API (V3), or an error code.
 */

import { FIELD_NAMES } from '../shared/card/fields.ts';
import type { Brand } from '../shared/card/networks.ts';
import type { CardError, CardState, CardToken, CvcToken } from './types.ts';

export type { CardError, CardToken, CvcToken };

/** Raised when a message changes so that an older peer would misread it. */
const PROTOCOL = 1;

/** The state of one frame's fields while someone types. */
export interface FormReport {
  /** The fields in this frame. */
  readonly fields: CardState['fields'];
  readonly brand: Brand | null;
  readonly brands: readonly Brand[];
}

/** Frame → page. `fault`: something in the frame threw, and nothing caught it. */
export type FrameMessage =
  | { readonly type: 'ready' | 'focus' | 'blur' | 'submit' | 'fault' }
  /** The height of the fields at a width of the frame, which may have changed since. */
  | { readonly type: 'resize'; readonly height_px: number; readonly width_px: number }
  | { readonly type: 'change'; readonly report: FormReport }
  | { readonly type: 'token'; readonly request: number; readonly token: CardToken | CvcToken }
  | { readonly type: 'failed'; readonly request: number; readonly error: CardError };

/** Page → frame. */
export type PageMessage =
  | { readonly type: 'focus' | 'clear' }
  | { readonly type: 'tokenize'; readonly request: number };

/** A message with the protocol's version, as it is posted. */
export type Envelope<Message> = Message & { readonly fuda: typeof PROTOCOL };

export const seal = <Message extends FrameMessage | PageMessage>(message: Message): Envelope<Message> => ({
  ...message,
  fuda: PROTOCOL,
});

type Shape = Readonly<Record<string, (value: unknown) => boolean>>;

const isText = (value: unknown): boolean => typeof value === 'string' && value.length <= 500;
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isCode = (value: unknown): boolean => typeof value === 'string' && /^[a-z0-9_]{1,40}$/.test(value);
const isBrand = (value: unknown): boolean => typeof value === 'string' && /^[a-z]{1,20}$/.test(value);
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 1e9;
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const matches = (pattern: RegExp) => (value: unknown) => typeof value === 'string' && pattern.test(value);

/** Whether `value` is a plain object with exactly the members of `shape`. */
const has =
  (shape: Shape) =>
  (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const entries = Object.entries(value);
    return (
      entries.length === Object.keys(shape).length &&
      entries.every(([name, member]) => Object.hasOwn(shape, name) && shape[name]?.(member) === true)
    );
  };

const isStatus = matches(/^(active|spent|expired)$/);

const CARD_TOKEN = has({
  object: (value) => value === 'token',
  id: matches(/^tok_[a-z2-7]{26}$/),
  status: isStatus,
  card: has({
    brand: isBrand,
    bin: matches(/^\d{6}$/),
    last4: matches(/^\d{4}$/),
    exp_month: isCount,
    exp_year: isCount,
    fingerprint: isText,
  }),
  created_at: isText,
  expires_at: isText,
});

const CVC_TOKEN = has({
  object: (value) => value === 'cvc_token',
  id: matches(/^cvc_[a-z2-7]{26}$/),
  status: isStatus,
  created_at: isText,
  expires_at: isText,
});

const isToken = (value: unknown): boolean => CARD_TOKEN(value) || CVC_TOKEN(value);

const ENVELOPE = { fuda: (value: unknown) => value === PROTOCOL, type: isText };
const FIELD = has({ complete: isFlag, empty: isFlag, error: orNull(isCode) });
const isFields = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, state]) => FIELD_NAMES.some((known) => known === name) && FIELD(state));
const isBrands = (value: unknown): boolean => Array.isArray(value) && value.length <= 10 && value.every(isBrand);
const REPORT = has({ fields: isFields, brand: orNull(isBrand), brands: isBrands });

const FRAME_SHAPES: Readonly<Record<string, Shape>> = {
  ready: ENVELOPE,
  focus: ENVELOPE,
  blur: ENVELOPE,
  submit: ENVELOPE,
  fault: ENVELOPE,
  resize: { ...ENVELOPE, height_px: isCount, width_px: isCount },
  change: { ...ENVELOPE, report: REPORT },
  token: { ...ENVELOPE, request: isCount, token: isToken },
  failed: { ...ENVELOPE, request: isCount, error: has({ code: isCode, message: isText }) },
};

const PAGE_SHAPES: Readonly<Record<string, Shape>> = {
  focus: ENVELOPE,
  clear: ENVELOPE,
  tokenize: { ...ENVELOPE, request: isCount },
};

/**
 * The token in a response of the API, or null. Copies known members only, so that a new member of the response does not
 * reach the page.
 */
export function pickCardToken(response: Readonly<Record<string, unknown>>): CardToken | null {
  const { object, id, status, card, created_at, expires_at } = response;
  if (typeof card !== 'object' || card === null) return null;
  const { brand, bin, last4, exp_month, exp_year, fingerprint } = card as Readonly<Record<string, unknown>>;
  const known = { brand, bin, last4, exp_month, exp_year, fingerprint };
  const token = { object, id, status, card: known, created_at, expires_at };
  return CARD_TOKEN(token) ? (token as CardToken) : null;
}

/** The same for a CVC token. */
export function pickCvcToken(response: Readonly<Record<string, unknown>>): CvcToken | null {
  const { object, id, status, created_at, expires_at } = response;
  const token = { object, id, status, created_at, expires_at };
  return CVC_TOKEN(token) ? (token as CvcToken) : null;
}

/** A message of the frame, or null for other data. */
export const readFrameMessage = (data: unknown): FrameMessage | null =>
  fits(data, FRAME_SHAPES) ? (data as FrameMessage) : null;

/** A message of the page, or null for other data. */
export const readPageMessage = (data: unknown): PageMessage | null =>
  fits(data, PAGE_SHAPES) ? (data as PageMessage) : null;

function fits(data: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (typeof data !== 'object' || data === null || !('type' in data) || typeof data.type !== 'string') return false;
  const shape = Object.hasOwn(shapes, data.type) ? shapes[data.type] : undefined;
  return shape !== undefined && has(shape)(data);
}
