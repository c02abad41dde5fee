/**
 * Describes the API: one row for each route of infra/routes.ts, with the schemas of its requests and responses, and
 * every code it may refuse with. `npm run docs` generates docs/reference/openapi.json and api.md from it; tests compare
 * every response of a running vault with it.
 */
import type { ErrorCode } from '../base/errors.ts';
import type { SchemaName } from './components.ts';
import {
  CURSOR,
  HOSTED_BRAND,
  HOSTED_FIELD_SET,
  HOSTED_GROUP,
  HOSTED_LOCALE,
  HOSTED_ORIGIN,
  HOSTED_THEME,
  LIMIT,
  type Parameter,
  PUBLISHABLE_KEY,
} from './parameters.ts';
import {
  ATTEMPT,
  CARD_FIELDS,
  CHECKOUT_CLOSED,
  CVC_TOKEN,
  ENCRYPTED_CARD,
  FORWARD,
  LIST,
  MOVES_MONEY,
  NO_CARD_DATA,
  OPERATION,
  SOURCE,
  TOKEN,
  WITH_BODY,
} from './refusals.ts';

export interface DescribedResponse {
  readonly says: string;
  /** Of a JSON response; one of the two. */
  readonly schema?: SchemaName;
  /** Of any other. */
  readonly contentType?: string | readonly string[];
  readonly headers?: readonly 'ETag'[];
}

export interface Description {
  readonly tag: Tag;
  /** What the route does, as the end of “this route …”. */
  readonly summary: string;
  /** What else a caller should know. */
  readonly details?: string;
  readonly query?: Readonly<Record<string, Parameter>>;
  readonly body?: SchemaName;
  /** Content types of a body that another standard defines. */
  readonly foreignBody?: readonly string[];
  /** Requires an Idempotency-Key. */
  readonly movesMoney?: true;
  /** HTTP status → meaning; refusals are below. */
  readonly responses: Readonly<Record<number, DescribedResponse>>;
  /** In addition to the codes of every route and of its kind of key. */
  readonly refusals: readonly ErrorCode[];
}

/** In the order of the page. */
export const TAGS = {
  Charges: 'Money, by token or stored card.',
  Checkout: 'A payment page for one payment, by link or QR code.',
  Tokens: 'A card comes in and becomes a one-time token.',
  Cards: 'Stored cards, to be charged again without the shopper.',
  Forward: 'The card, sent to your own PSP.',
  Events: 'What happened.',
  Browser: 'What pages load.',
  Description: 'This description.',
} as const;
type Tag = keyof typeof TAGS;

const list = { limit: LIMIT, cursor: CURSOR };
const OUTCOME_UNKNOWN =
  'the processor did not respond in time. Repeat the request with its Idempotency-Key to learn the outcome, or wait for ' +
  'the sweep, which asks by itself. No test card does this: the simulator loses responses to charges only.';
const UNCHANGED = 'The same as the caller has, by If-None-Match.';

export const DESCRIPTIONS: Readonly<Record<string, Description>> = {
  'POST /v1/charges': {
    tag: 'Charges',
    summary: 'Charges a token or a stored card.',
    details:
      'A decline is no error: the charge is made, returns 201 and says `declined` with a `decline_code`. `processing` ' +
      'returns 202: the outcome is not known yet, and the vault finds it out by itself. Repeat the request with its ' +
      'Idempotency-Key, or read the charge, until it says otherwise; never send a new key for the same order meanwhile. ' +
      'A payment that you start yourself (`initiator: "merchant"`) names to the network the charge with which the ' +
      'shopper agreed: the one that saved the card, or for a card of POST /v1/cards the one in `initial_charge`. With ' +
      'neither it is sent without, and is not refused here, but by some issuers.',
    body: 'ChargeRequest',
    movesMoney: true,
    responses: {
      201: { says: 'The charge; read its status.', schema: 'Charge' },
      202: { says: 'The charge; its outcome is not known yet.', schema: 'Charge' },
    },
    refusals: [
      ...WITH_BODY,
      ...NO_CARD_DATA,
      ...MOVES_MONEY,
      'charge_not_found',
      'idempotency_conflict',
      ...SOURCE,
      ...CVC_TOKEN,
      'amount_invalid',
      'currency_unknown',
      'metadata_invalid',
      'processor_unavailable',
    ],
  },
  'GET /v1/charges': {
    tag: 'Charges',
    summary: 'Lists the charges, newest first.',
    query: list,
    responses: { 200: { says: 'One page.', schema: 'ChargeList' } },
    refusals: [...NO_CARD_DATA, ...LIST],
  },
  'GET /v1/charges/{charge_id}': {
    tag: 'Charges',
    summary: 'Returns one charge and its refunds.',
    responses: { 200: { says: 'The charge.', schema: 'Charge' } },
    refusals: [...NO_CARD_DATA, 'charge_not_found'],
  },
  'POST /v1/charges/{charge_id}/capture': {
    tag: 'Charges',
    summary: 'Captures all or part of an authorized charge, once.',
    body: 'AmountRequest',
    movesMoney: true,
    responses: {
      200: { says: 'The charge, captured.', schema: 'Charge' },
      202: { says: `The charge, still authorized: ${OUTCOME_UNKNOWN}`, schema: 'Charge' },
    },
    refusals: [
      ...WITH_BODY,
      ...NO_CARD_DATA,
      ...MOVES_MONEY,
      'idempotency_conflict',
      ...OPERATION,
      'amount_invalid',
      'charge_not_capturable',
      'capture_too_large',
    ],
  },
  'POST /v1/charges/{charge_id}/cancel': {
    tag: 'Charges',
    summary: 'Releases an authorized charge that was not captured.',
    movesMoney: true,
    responses: {
      200: { says: 'The charge, canceled.', schema: 'Charge' },
      202: { says: `The charge, still authorized: ${OUTCOME_UNKNOWN}`, schema: 'Charge' },
    },
    refusals: [...NO_CARD_DATA, ...MOVES_MONEY, ...OPERATION, 'charge_not_cancelable'],
  },
  'POST /v1/charges/{charge_id}/refunds': {
    tag: 'Charges',
    summary: 'Refunds all or part of a captured charge, as often as something is left.',
    details: 'A refund that the processor refuses is no error: it returns 201 and says `failed`.',
    body: 'AmountRequest',
    movesMoney: true,
    responses: {
      201: { says: 'The refund; read its status.', schema: 'Refund' },
      202: { says: `The refund, still processing: ${OUTCOME_UNKNOWN}`, schema: 'Refund' },
    },
    refusals: [
      ...WITH_BODY,
      ...NO_CARD_DATA,
      ...MOVES_MONEY,
      'idempotency_conflict',
      ...OPERATION,
      'amount_invalid',
      'charge_not_refundable',
      'refund_too_large',
      'refund_limit',
    ],
  },
  'POST /v1/checkout_sessions': {
    tag: 'Checkout',
    summary: 'Makes a payment page for one payment, and returns its link and QR code.',
    details:
      'The page shows your name, the origin of your return URLs and the amount before it asks for a card. You learn ' +
      'the outcome from the events `checkout_session.…` and by reading the session. `success_url` is only a link on the ' +
      'page, to which `checkout_session=cs_…` is added: a visit from there proves nothing.',
    body: 'CheckoutSessionRequest',
    movesMoney: true,
    responses: { 201: { says: 'The session; show its url or qr_code to the shopper.', schema: 'CheckoutSession' } },
    refusals: [
      ...WITH_BODY,
      ...NO_CARD_DATA,
      ...MOVES_MONEY,
      'idempotency_conflict',
      'amount_invalid',
      'currency_unknown',
      'metadata_invalid',
      'processor_unavailable',
      'return_url_invalid',
      'return_url_unregistered',
    ],
  },
  'GET /v1/checkout_sessions/{checkout_session_id}': {
    tag: 'Checkout',
    summary: 'Returns one checkout session: whether it is paid, and by which charge.',
    responses: { 200: { says: 'The session; decide by its status.', schema: 'CheckoutSession' } },
    refusals: [...NO_CARD_DATA, 'checkout_session_not_found'],
  },
  'POST /v1/checkout_sessions/{checkout_session_id}/cancel': {
    tag: 'Checkout',
    summary: 'Cancels an open checkout session, so that it can no longer be paid.',
    details: 'What is canceled or expired stays as it is.',
    responses: { 200: { says: 'The session, canceled or expired.', schema: 'CheckoutSession' } },
    refusals: [...NO_CARD_DATA, 'checkout_session_not_found', 'checkout_session_busy', 'checkout_session_paid'],
  },
  'POST /v1/checkout_sessions/{checkout_session_id}/pay': {
    tag: 'Checkout',
    summary: 'Pays an open checkout session with a token; the payment page does this.',
    details:
      'Needs no key: the session’s id allows this payment and nothing else. Sending the ' +
      'same token again is the same payment.',
    body: 'CheckoutPaymentRequest',
    responses: {
      200: { says: 'Paid, or refused without a reason.', schema: 'CheckoutPayment' },
      202: { says: 'The outcome is not known yet: do not pay again until it is.', schema: 'CheckoutPayment' },
    },
    refusals: [
      ...WITH_BODY,
      ...NO_CARD_DATA,
      'checkout_session_not_found',
      ...CHECKOUT_CLOSED,
      ...TOKEN,
      'processor_unavailable',
    ],
  },
  'GET /v1/capture-keys': {
    tag: 'Tokens',
    summary: 'Returns the keys to encrypt cards to, newest first, and the vault’s time to date them by.',
    responses: { 200: { says: 'Public keys.', schema: 'CaptureKeys' } },
    refusals: [...NO_CARD_DATA, 'capture_key_missing'],
  },
  'POST /v1/tokens': {
    tag: 'Tokens',
    summary: 'Takes a card and returns a one-time token.',
    details:
      'One of `encrypted_card` and `card`. The hosted field does this; few callers need to. The id of an open checkout ' +
      'session is taken in the place of a publishable key.',
    body: 'TokenRequest',
    responses: { 201: { says: 'The token.', schema: 'Token' } },
    refusals: [...WITH_BODY, ...ATTEMPT, ...CARD_FIELDS, ...ENCRYPTED_CARD, ...CHECKOUT_CLOSED],
  },
  'POST /v1/cvc_tokens': {
    tag: 'Tokens',
    summary: 'Takes the security code of a stored card and returns a one-time token for it.',
    details:
      'For a shopper who types the code again; `cvc_token` takes it to one charge of the card. No code is stored longer ' +
      'than until that charge, or ten minutes.',
    body: 'CvcTokenRequest',
    responses: { 201: { says: 'The code token.', schema: 'CvcToken' } },
    refusals: [...WITH_BODY, ...NO_CARD_DATA, ...ATTEMPT, 'cvc_invalid', ...ENCRYPTED_CARD],
  },
  'POST /v1/tokens/lookup': {
    tag: 'Tokens',
    summary: 'Returns a token’s state and what may be shown of its card.',
    details: 'A token is a secret until it is spent, so it stands in no address, which proxies log.',
    body: 'TokenLookupRequest',
    responses: { 200: { says: 'The token.', schema: 'Token' } },
    refusals: [...WITH_BODY, ...NO_CARD_DATA, 'token_not_found', 'token_foreign'],
  },
  'POST /v1/cards': {
    tag: 'Cards',
    summary: 'Stores a token’s card, to be charged any number of times.',
    details:
      'Repeating the request returns the same card. No payment was made, so the card carries no network ' +
      'transaction id: for charges that you start yourself later, name a charge of this card in `initial_charge`, or ' +
      'store the card by a charge with `save_card` instead.',
    body: 'StoreCardRequest',
    responses: { 201: { says: 'The stored card.', schema: 'Card' } },
    refusals: [...WITH_BODY, ...NO_CARD_DATA, ...TOKEN, 'card_not_stored', 'card_deleted'],
  },
  'GET /v1/cards/{card_id}': {
    tag: 'Cards',
    summary: 'Returns what may be shown of a stored card.',
    responses: { 200: { says: 'The stored card.', schema: 'Card' } },
    refusals: [...NO_CARD_DATA, 'card_not_found', 'card_deleted'],
  },
  'DELETE /v1/cards/{card_id}': {
    tag: 'Cards',
    summary: 'Deletes a stored card for good; its id is never used again.',
    responses: { 200: { says: 'The stored card, deleted.', schema: 'Card' } },
    refusals: [...NO_CARD_DATA, 'card_not_found'],
  },
  'POST /v1/cards/{card_id}/lock': {
    tag: 'Cards',
    summary: 'Refuses charges of a stored card until it is unlocked.',
    responses: { 200: { says: 'The stored card, locked.', schema: 'Card' } },
    refusals: [...NO_CARD_DATA, 'card_not_found', 'card_deleted'],
  },
  'POST /v1/cards/{card_id}/unlock': {
    tag: 'Cards',
    summary: 'Lets a locked card be charged again.',
    responses: { 200: { says: 'The stored card, active.', schema: 'Card' } },
    refusals: [...NO_CARD_DATA, 'card_not_found', 'card_deleted'],
  },
  'POST /v1/forward': {
    tag: 'Forward',
    summary: 'Sends your own request to your own PSP, with the card filled in by the vault.',
    details: 'Setting up, placeholders and what comes back are in docs/reference/forward.md.',
    body: 'ForwardRequest',
    movesMoney: true,
    responses: {
      201: { says: 'The forward; read its status, then the status of its response.', schema: 'Forward' },
      202: { says: 'The forward; another request with its key is at it.', schema: 'Forward' },
    },
    refusals: [...WITH_BODY, ...NO_CARD_DATA, ...MOVES_MONEY, 'idempotency_conflict', ...SOURCE, ...FORWARD],
  },
  'GET /v1/forward/{forward_id}': {
    tag: 'Forward',
    summary: 'Returns one forward.',
    responses: { 200: { says: 'The forward.', schema: 'Forward' } },
    refusals: [...NO_CARD_DATA, 'forward_not_found'],
  },
  'GET /v1/events': {
    tag: 'Events',
    summary: 'Lists what happened to charges, forwards and checkout sessions, newest first.',
    query: list,
    responses: { 200: { says: 'One page.', schema: 'EventList' } },
    refusals: [...NO_CARD_DATA, ...LIST],
  },
  'GET /pay/{checkout_session_id}': {
    tag: 'Browser',
    summary: 'Returns the payment page of a checkout session.',
    details: 'For people: what it shows changes with the session, and no page may hold it in a frame.',
    responses: {
      200: {
        says: 'The page: the card form where the session is open, else its outcome.',
        contentType: 'text/html',
      },
      308: { says: 'To the address without a slash at its end.' },
      404: { says: 'A page that says that there is no such session.', contentType: 'text/html' },
    },
    refusals: [...NO_CARD_DATA],
  },
  'GET /hosted/card': {
    tag: 'Browser',
    summary: 'Returns the hosted card field, for a page of an origin its merchant has registered.',
    details:
      'A frame’s address is the only place a page can put its key; fuda.js makes it. With `probe=1` in place of key and ' +
      'origin, the same page for looking at: no page may hold it in a frame.',
    query: {
      key: PUBLISHABLE_KEY,
      origin: HOSTED_ORIGIN,
      locale: HOSTED_LOCALE,
      theme: HOSTED_THEME,
      field_set: HOSTED_FIELD_SET,
      group: HOSTED_GROUP,
      brand: HOSTED_BRAND,
    },
    responses: { 200: { says: 'The page.', contentType: 'text/html' } },
    refusals: [
      ...NO_CARD_DATA,
      'key_missing',
      'key_unknown',
      'key_revoked',
      'secret_key_refused',
      'origin_not_allowed',
      'invalid_field',
    ],
  },
  'GET /js/{script}': {
    tag: 'Browser',
    summary: 'Returns the script that mounts the hosted field: `fuda.js`, or one version of it for ever.',
    details:
      '`integrity.json` in its place says hash, size, reason and pinned address of every script and page of the release. ' +
      'docs/reference/browser.md says how a page pins a version.',
    responses: {
      200: {
        says: 'The script.',
        contentType: ['text/javascript', 'application/json'],
        headers: ['ETag'],
      },
      304: { says: UNCHANGED, headers: ['ETag'] },
    },
    refusals: [...NO_CARD_DATA, 'script_not_found'],
  },
  'POST /v1/csp-reports': {
    tag: 'Browser',
    summary: 'Takes a browser’s report of what the policy of a page made it refuse.',
    details:
      'Browsers send this by themselves, as Content Security Policy Level 3 and the Reporting API define it. Kept is which ' +
      'page, which directive and which site, and nothing else of the report.',
    foreignBody: ['application/csp-report', 'application/reports+json'],
    responses: { 204: { says: 'Noted.' } },
    refusals: [...NO_CARD_DATA],
  },
  'GET /v1/openapi.json': {
    tag: 'Description',
    summary: 'Returns this API’s OpenAPI 3.1 description.',
    responses: {
      200: { says: 'The description.', contentType: 'application/json', headers: ['ETag'] },
      304: { says: UNCHANGED, headers: ['ETag'] },
    },
    refusals: [...NO_CARD_DATA],
  },
};
