/**
 * The table of errors: code, HTTP status, whether the same request may succeed later, what happened, and what the
 * caller should do next. `docs/reference/errors.md` is generated from it. Domain code throws `VaultError`; problem.ts
 * turns one into an RFC 9457 document. No text here or in a thrown error contains input.
 */

interface ErrorDefinition {
  readonly status: number;
  /** The same request may succeed later, unchanged. */
  readonly retryable?: true;
  readonly title: string;
  readonly next: string;
}

export const ERRORS = {
  // The request itself.
  malformed_json: { status: 400, title: 'The body is not a JSON object.', next: 'Send one JSON object.' },
  unsupported_content_type: {
    status: 415,
    title: 'The body is not sent as JSON.',
    next: 'Send Content-Type: application/json.',
  },
  unsupported_encoding: {
    status: 415,
    title: 'The body is not plain UTF-8.',
    next: 'Send UTF-8 without a byte order mark and without Content-Encoding; a charset may be left out, or be utf-8.',
  },
  body_too_large: { status: 413, title: 'The body is too large.', next: 'Send at most 16 KiB.' },
  headers_too_large: {
    status: 431,
    title: 'Address and headers together are too large.',
    next: 'Send at most 10 KB of both.',
  },
  repeated_field: {
    status: 400,
    title: 'A query parameter, a header or a field of the body is there twice.',
    next: 'Send it once; param names it, unless its name may be data itself.',
  },
  path_invalid: {
    status: 400,
    title: 'The path is not written plainly.',
    next: 'Write it as documented: no //, no slash at its end, and in an id no slash, backslash, percent sign, semicolon or dot segment, escaped or not.',
  },
  unknown_parameter: {
    status: 422,
    title: 'The address has a query parameter that this route does not take.',
    next: 'Remove it, or check its spelling; param names it, unless its name may be data itself. docs/reference/api.md lists what each route takes.',
  },
  missing_field: { status: 422, title: 'A required field is missing.', next: 'Add the field named in param.' },
  unknown_field: {
    status: 422,
    title: 'The body has a field this route does not know.',
    next: 'Remove the field, or check its spelling; param names it, unless its name may be data itself. The name __proto__ is taken nowhere.',
  },
  invalid_field: {
    status: 422,
    title: 'A field has the wrong type or form.',
    next: 'Correct the field named in param.',
  },
  card_data_refused: {
    status: 422,
    title:
      'The request holds a card number, a security code, a live token or a secret key, or what looks like one, where none may be.',
    next: 'Take it out of the field named in param; docs/reference/card-data.md says what passes. Only POST /v1/tokens takes a card number, best from the hosted field.',
  },
  route_not_found: { status: 404, title: 'There is no such route.', next: 'Check the path.' },
  method_not_allowed: {
    status: 405,
    title: 'The path does not have this method.',
    next: 'Use a method that Allow names.',
  },
  script_not_found: {
    status: 404,
    title: 'No script is served under this address.',
    next: 'Take address and integrity from GET /js/integrity.json; versions that were never released are gone with the next deployment.',
  },
  request_refused: {
    status: 403,
    title: 'The request was refused before it reached the vault.',
    next: 'Check that it looks like the examples; the firewall refuses what looks like an attack.',
  },
  too_many_requests: {
    status: 429,
    retryable: true,
    title: 'Too many requests in a short time.',
    next: 'Send the same request again later, and wait longer after each refusal.',
  },

  too_many_attempts: {
    status: 429,
    retryable: true,
    title: 'There were too many recent attempts to send a card or code.',
    next: 'Try again after the seconds that Retry-After says. If shoppers meet this, ask the operator of the vault to raise the merchant’s ceilings.',
  },
  proof_required: {
    status: 403,
    title: 'There were so many recent attempts that each must bring a proof of work.',
    next: 'Send the same JWE again with a proof of difficulty_bits, as docs/reference/encrypted-card.md says; a card in clear can bring none.',
  },

  // Keys, and what they may do.
  client_certificate_missing: {
    status: 403,
    title: 'This vault takes secret keys only from servers that show a certificate.',
    next: 'Call the vault under its name for servers, with the certificate you were given.',
  },
  key_missing: { status: 401, title: 'No API key was sent.', next: 'Send Authorization: Bearer and the key.' },
  key_unknown: {
    status: 401,
    title: 'The API key is not known.',
    next: 'Check the key, and that it is for this vault.',
  },
  key_revoked: {
    status: 401,
    title: 'The API key was revoked.',
    next: 'Use the key that replaced it, or ask the operator of the vault for another.',
  },
  secret_key_refused: {
    status: 403,
    title: 'A secret key may not send card data.',
    next: 'Tokenize from the browser with the publishable key, so that your server stays out of PCI DSS scope.',
  },
  publishable_key_refused: {
    status: 403,
    title: 'A publishable key may only tokenize.',
    next: 'Call this route from your server with the secret key.',
  },
  live_mode_refused: {
    status: 403,
    title: 'This vault runs on one machine and takes test keys only.',
    next: 'Use a _test_ key, or deploy the vault to AWS.',
  },
  origin_not_allowed: {
    status: 403,
    title: 'This origin may not mount the hosted field with this key.',
    next: 'Ask the operator of the vault to register the exact origin of the page, such as https://shop.example, for this merchant.',
  },

  // Card fields.
  number_invalid: {
    status: 422,
    title: 'The card number is not digits, or not as many as its brand has.',
    next: 'Check the card number, and send it as text.',
  },
  number_luhn: {
    status: 422,
    title: 'The card number fails its check digit.',
    next: 'Check the card number for a typing error.',
  },
  brand_unknown: { status: 422, title: 'The card number belongs to no supported brand.', next: 'Use another card.' },
  expiry_invalid: {
    status: 422,
    title: 'The expiry date is not a month and year that a card can have.',
    next: 'Send exp_month from 1 to 12 and a four-digit exp_year at most 20 years ahead, as numbers.',
  },
  expiry_past: { status: 422, title: 'The card has expired.', next: 'Check the date, or use another card.' },
  cvc_invalid: {
    status: 422,
    title: 'The security code is not digits, or not as many as this brand has.',
    next: 'Send 3 digits as text, 4 for American Express; a code token has to fit the brand of the card that is charged.',
  },
  test_card_required: {
    status: 422,
    title: 'A test key takes published test cards only.',
    next: 'Use a card from docs/reference/test-cards.md; any future date and any security code will do.',
  },
  test_card_refused: {
    status: 422,
    title: 'A live key does not take test cards.',
    next: 'Use a test key with test cards.',
  },

  // What is encrypted (JWE): a card, or a security code alone.
  jwe_malformed: {
    status: 422,
    title: 'What is encrypted is not a compact JWE of the documented form.',
    next: 'Encrypt as described in docs/reference/encrypted-card.md.',
  },
  jwe_key_unknown: {
    status: 422,
    title: 'The JWE names a capture key this vault does not have.',
    next: 'Fetch /v1/capture-keys again and encrypt anew.',
  },
  jwe_undecryptable: {
    status: 422,
    title: 'The JWE does not decrypt under its capture key.',
    next: 'Encrypt to the key that kid names.',
  },
  jwe_audience: {
    status: 422,
    title: 'The JWE was made for another publishable key.',
    next: 'Set aud to the key in the Authorization header.',
  },
  jwe_stale: {
    status: 422,
    title: 'The JWE is too old, or from the future.',
    next: 'Encrypt anew, dated by server_time_ms of GET /v1/capture-keys; a JWE is taken for 5 minutes.',
  },
  token_replayed: {
    status: 409,
    title: 'This JWE already made its token.',
    next: 'Encrypt anew; each jti makes one token.',
  },

  // Tokens and cards.
  token_not_found: {
    status: 404,
    title: 'There is no such token.',
    next: 'Send the token exactly as the browser received it.',
  },
  token_expired: {
    status: 410,
    title: 'The token has expired and its card data is erased.',
    next: 'Ask the shopper for the card again.',
  },
  token_spent: {
    status: 409,
    title: 'The token was already spent.',
    next: 'Read the charge or card named in spent_by; a token works once.',
  },
  token_foreign: {
    status: 403,
    title: 'The token was made with another merchant’s key, or in the other mode.',
    next: 'Use the keys of one merchant and one mode throughout.',
  },
  cvc_token_not_found: {
    status: 404,
    title: 'There is no such code token.',
    next: 'Send the token exactly as the browser received it.',
  },
  cvc_token_expired: {
    status: 410,
    title: 'The code token has expired and its security code is erased.',
    next: 'Ask the shopper for the code again, or charge without it.',
  },
  cvc_token_spent: {
    status: 409,
    title: 'The code token was already spent.',
    next: 'Read the charge named in spent_by; a code works once.',
  },
  cvc_token_foreign: {
    status: 403,
    title: 'The code token was made with another merchant’s key, or in the other mode.',
    next: 'Use the keys of one merchant and one mode throughout.',
  },
  card_not_found: { status: 404, title: 'There is no such stored card.', next: 'Check the card id.' },
  card_locked: {
    status: 409,
    title: 'The stored card is locked.',
    next: 'Unlock it, or ask the shopper for another card.',
  },
  card_deleted: { status: 410, title: 'The stored card was deleted.', next: 'Ask the shopper for the card again.' },
  card_not_stored: {
    status: 409,
    title: 'The token was spent on storing a card, but the store did not finish.',
    next: 'Ask the shopper for the card again.',
  },

  // Charges and their operations.
  idempotency_key_missing: {
    status: 400,
    title: 'This route moves money and needs an Idempotency-Key header.',
    next: 'Send a new key for each attempt, for example your order id.',
  },
  idempotency_key_invalid: {
    status: 400,
    title: 'The Idempotency-Key is not 1–255 printable ASCII characters.',
    next: 'Shorten it or remove other characters.',
  },
  idempotency_conflict: {
    status: 422,
    title: 'This Idempotency-Key was used with another request.',
    next: 'Repeat the first request exactly, or use a new key; param names what differs.',
  },
  source_invalid: {
    status: 422,
    title: 'The source is neither a token nor a stored card.',
    next: 'Send tok_… or card_….',
  },
  amount_invalid: {
    status: 422,
    title: 'The amount is not a whole number of minor units from 1 to 999999999999.',
    next: 'Send an integer in the currency’s minor unit; ¥100 is 100, $1.00 is 100.',
  },
  currency_unknown: {
    status: 422,
    title: 'The currency is not an ISO 4217 code.',
    next: 'Send a three-letter code such as JPY.',
  },
  metadata_invalid: {
    status: 422,
    title: 'The metadata is not a flat object of at most 20 short texts.',
    next: 'Keys up to 40 characters, values up to 500.',
  },
  processor_unavailable: {
    status: 422,
    title: 'The merchant has no such processor in this mode.',
    next: 'Leave processor out, or ask the operator of the vault which are set up.',
  },
  charge_not_found: { status: 404, title: 'There is no such charge.', next: 'Check the charge id.' },
  forward_not_found: { status: 404, title: 'There is no such forward.', next: 'Check the forward id.' },
  charge_not_capturable: {
    status: 409,
    title: 'The charge is not waiting for capture.',
    next: 'Read the charge; only an authorized charge can be captured.',
  },
  charge_not_cancelable: {
    status: 409,
    title: 'The charge can no longer be canceled.',
    next: 'Refund a captured charge instead.',
  },
  charge_not_refundable: {
    status: 409,
    title: 'The charge has nothing to refund.',
    next: 'Only a captured charge can be refunded; cancel an authorized one.',
  },
  charge_busy: {
    status: 409,
    retryable: true,
    title: 'Another operation on this charge has not ended yet.',
    next: 'Wait and send the same request again.',
  },
  capture_too_large: {
    status: 422,
    title: 'The capture is larger than the authorized amount.',
    next: 'Capture at most the authorized amount.',
  },
  refund_too_large: {
    status: 422,
    title: 'The refund is larger than the amount that can still be refunded.',
    next: 'Read amount_captured and amount_refunded.',
  },
  refund_limit: {
    status: 409,
    title: 'The charge has as many refunds as it can hold.',
    next: 'Refund the rest outside the vault.',
  },

  // Checkout sessions.
  return_url_invalid: {
    status: 422,
    title: 'The URL is not a whole https URL.',
    next: 'Send one such as https://shop.example/orders/1042, without user name or password.',
  },
  return_url_unregistered: {
    status: 422,
    title: 'The URL is not of an origin that is registered for the merchant.',
    next: 'Ask the operator of the vault to register the exact origin of the URL, such as https://shop.example, for this merchant.',
  },
  checkout_session_not_found: {
    status: 404,
    title: 'There is no such checkout session.',
    next: 'Check the session id.',
  },
  checkout_session_busy: {
    status: 409,
    retryable: true,
    title: 'A payment of this checkout session is under way, or its outcome is not known yet.',
    next: 'Read the session until it says paid or open; do not ask the shopper to pay again meanwhile.',
  },
  checkout_session_paid: {
    status: 409,
    title: 'The checkout session is paid.',
    next: 'Read its charge; give the money back with a refund.',
  },
  checkout_session_expired: {
    status: 410,
    title: 'The checkout session has expired.',
    next: 'Make a new one.',
  },
  checkout_session_canceled: {
    status: 410,
    title: 'The checkout session was canceled, or allows no more payments.',
    next: 'Read canceled_because; make a new one.',
  },

  // Forwarding to the merchant's own PSP.
  destination_not_found: {
    status: 404,
    title: 'The merchant has no such destination in this mode.',
    next: 'Check the name, or ask the operator of the vault to allow the destination: say its name, its mode and its https URL.',
  },
  destination_not_deployed: {
    status: 422,
    title: 'This vault’s deployment does not name the destination for live cards.',
    next: 'Ask the operator of the vault to have it deployed: its host, and the account that may receive cards there.',
  },
  secret_not_deployed: {
    status: 422,
    title: 'This vault’s deployment does not name the account of this secret for the destination.',
    next: 'Use the secret of the account that is deployed, or ask the operator of the vault to have the new one deployed.',
  },
  credential_misplaced: {
    status: 422,
    title: 'A live request names its account once, by a secret alone in the field that is deployed for it.',
    next: 'Put the secret’s placeholder there, behind no more than a scheme such as Bearer, and into no second field of that name.',
  },
  destination_method_refused: {
    status: 422,
    title: 'The destination does not take this method.',
    next: 'Use a method the destination was added with.',
  },
  destination_path_refused: {
    status: 422,
    title: 'The path is not one of this destination, or is not written plainly.',
    next: 'Begin with the destination’s path prefix, without .., //, ; or an encoded slash, dot or percent sign.',
  },
  placeholder_invalid: {
    status: 422,
    title: 'A placeholder is not closed, or has a name or format that is not documented.',
    next: 'Use the placeholders of docs/reference/forward.md.',
  },
  placeholder_refused: {
    status: 422,
    title: 'A placeholder stands where its value may not go.',
    next: 'Let a card’s number or code be the whole value of a field that the destination names for it; URLs and names of fields take no placeholder.',
  },
  cvc_not_stored: {
    status: 422,
    title: 'The request wants the security code of a stored card, which is never kept.',
    next: 'Leave card.cvc out, or use a token.',
  },
  secret_not_found: {
    status: 422,
    title: 'The merchant has no secret of this name for this destination.',
    next: 'Check the name, or ask the operator of the vault to seal the secret under it, for this destination.',
  },
  header_refused: {
    status: 422,
    title:
      'A header is the connection’s own, asks for another method or path, is there twice, or is not plain printable text.',
    next: 'Leave out Host, Content-Length, X-HTTP-Method-Override and the like, and send ASCII without line breaks.',
  },

  limit_invalid: { status: 422, title: 'The limit is not a whole number from 1 to 100.', next: 'Leave it out for 20.' },
  cursor_invalid: {
    status: 422,
    title: 'The cursor is not one this list gave out.',
    next: 'Use next_cursor from the page before, unchanged.',
  },

  // The vault itself.
  capture_key_missing: {
    status: 503,
    retryable: true,
    title: 'The vault has no capture key yet.',
    next: 'Try again in a minute.',
  },
  busy: {
    status: 503,
    retryable: true,
    title: 'The vault is busy, or a service it needs did not respond in time.',
    next: 'Send the same request again, with the same Idempotency-Key.',
  },
  internal: {
    status: 500,
    retryable: true,
    title: 'Something failed inside the vault.',
    next: 'Send the same request again; if it persists, report the request_id to the operator of the vault.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/**
 * What an error may say in addition to its code. Never input: `param` is a field of the documented API, and the vault
 * made the ids.
 */
export interface ErrorDetail {
  /** The request field at fault, in dotted form: `card.number`. */
  readonly param?: string;
  /** The id of the charge or card that spent the token. */
  readonly spentBy?: string;
  /** The charge that recorded this refusal. */
  readonly charge?: string;
  /** The methods of the path, in the form of `Allow`. */
  readonly allow?: string;
  /** When to try again, where that is known. */
  readonly retryAfterSeconds?: number;
  /** Difficulty of the proof of work that the next request must bring. */
  readonly difficultyBits?: number;
  readonly cause?: unknown;
}

export class VaultError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    super(ERRORS[code].title, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'VaultError';
    this.code = code;
    this.detail = detail;
  }
}

/** Throws where an internal assumption is broken: a bug in the vault, not a bad request. */
export function needs(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`needs: ${message}`);
}
