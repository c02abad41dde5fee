/** The codes of errors.ts that several routes share, as lists that descriptions.ts combines for each route. */
import type { ErrorCode } from '../base/errors.ts';

type Codes = readonly ErrorCode[];

/** Any request: from the firewall, from API Gateway, for its form, or from a vault that is overloaded or fails. */
export const ANY_REQUEST = [
  'request_refused',
  'too_many_requests',
  'live_mode_refused',
  'headers_too_large',
  'header_refused',
  'path_invalid',
  'repeated_field',
  'unknown_parameter',
  'body_too_large',
  'malformed_json',
  'unsupported_content_type',
  'unsupported_encoding',
  'unknown_field',
  'invalid_field',
  'busy',
  'internal',
] as const satisfies Codes;

/** Every route except the one that takes cards (V1). */
export const NO_CARD_DATA = ['card_data_refused'] as const satisfies Codes;

export const BY_KEY = {
  none: [],
  publishable: ['key_missing', 'key_unknown', 'key_revoked', 'secret_key_refused'],
  secret: ['client_certificate_missing', 'key_missing', 'key_unknown', 'key_revoked', 'publishable_key_refused'],
} as const satisfies Record<string, Codes>;

/** A body with fields. */
export const WITH_BODY = ['missing_field', 'invalid_field'] as const satisfies Codes;

/** A request that moves money (V6). */
export const MOVES_MONEY = ['idempotency_key_missing', 'idempotency_key_invalid'] as const satisfies Codes;

export const CARD_FIELDS = [
  'number_invalid',
  'number_luhn',
  'brand_unknown',
  'expiry_invalid',
  'expiry_past',
  'cvc_invalid',
  'test_card_required',
  'test_card_refused',
] as const satisfies Codes;

export const ENCRYPTED_CARD = [
  'jwe_malformed',
  'jwe_key_unknown',
  'jwe_undecryptable',
  'jwe_audience',
  'jwe_stale',
  'token_replayed',
] as const satisfies Codes;

/** An attempt to send a card or code. */
export const ATTEMPT = ['too_many_attempts', 'proof_required'] as const satisfies Codes;

/** Spends a token. */
export const TOKEN = ['token_not_found', 'token_foreign', 'token_spent', 'token_expired'] as const satisfies Codes;

/** Uses the card of a token, or a stored card. */
export const SOURCE = [
  'source_invalid',
  ...TOKEN,
  'card_not_found',
  'card_deleted',
  'card_locked',
] as const satisfies Codes;

/** A checkout session that cannot be paid now. */
export const CHECKOUT_CLOSED = [
  'checkout_session_busy',
  'checkout_session_paid',
  'checkout_session_expired',
  'checkout_session_canceled',
] as const satisfies Codes;

/** The code token that comes with a stored card. */
export const CVC_TOKEN = [
  'cvc_token_not_found',
  'cvc_token_foreign',
  'cvc_token_spent',
  'cvc_token_expired',
  'cvc_invalid',
] as const satisfies Codes;

/** A capture, cancel or refund. */
export const OPERATION = ['charge_not_found', 'charge_busy', 'processor_unavailable'] as const satisfies Codes;

export const LIST = ['limit_invalid', 'cursor_invalid'] as const satisfies Codes;

export const FORWARD = [
  'destination_not_found',
  'destination_not_deployed',
  'secret_not_deployed',
  'credential_misplaced',
  'destination_method_refused',
  'destination_path_refused',
  'placeholder_invalid',
  'placeholder_refused',
  'cvc_not_stored',
  'secret_not_found',
  'header_refused',
] as const satisfies Codes;
