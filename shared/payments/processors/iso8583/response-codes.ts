/**
 * ISO 8583:1987 DE 39, the response code, as the vault's decline codes. `unknown` leaves an authorization to be
 * reversed: a partial approval or a late response must not be taken for an outcome. A code that is not here is a
 * `generic_decline`; the raw code is kept.
 */
import type { DeclineCode } from '../declines.ts';

export type ResponseMeaning = 'approved' | 'unknown' | DeclineCode;

export const RESPONSE_CODES: Readonly<Record<string, ResponseMeaning>> = {
  '00': 'approved', // Approved or completed successfully.
  '01': 'do_not_honor', // Refer to card issuer.
  '02': 'do_not_honor', // Refer to card issuer, special condition.
  '03': 'not_permitted', // Invalid merchant.
  '04': 'do_not_honor', // Pick up card.
  '05': 'do_not_honor', // Do not honor.
  '06': 'processing_error', // Error.
  '07': 'stolen_card', // Pick up card, special condition.
  '08': 'approved', // Honor with identification, which does not apply to electronic commerce.
  '09': 'unknown', // Request in progress.
  '10': 'unknown', // Approved for a partial amount, which was not asked for.
  '12': 'not_permitted', // Invalid transaction.
  '13': 'not_permitted', // Invalid amount.
  '14': 'generic_decline', // Invalid card number.
  '15': 'generic_decline', // No such issuer.
  '19': 'processing_error', // Re-enter transaction.
  '30': 'processing_error', // Format error.
  '31': 'issuer_unavailable', // Bank not supported by switch.
  '33': 'expired_card', // Expired card, pick up.
  '34': 'suspected_fraud', // Suspected fraud, pick up.
  '36': 'not_permitted', // Restricted card, pick up.
  '41': 'lost_card', // Lost card, pick up.
  '43': 'stolen_card', // Stolen card, pick up.
  '51': 'insufficient_funds', // Not sufficient funds.
  '54': 'expired_card', // Expired card.
  '57': 'not_permitted', // Transaction not permitted to cardholder.
  '58': 'not_permitted', // Transaction not permitted to terminal.
  '59': 'suspected_fraud', // Suspected fraud.
  '61': 'card_velocity_exceeded', // Exceeds withdrawal amount limit.
  '62': 'not_permitted', // Restricted card.
  '63': 'processing_error', // Security violation.
  '65': 'card_velocity_exceeded', // Exceeds withdrawal frequency limit.
  '68': 'unknown', // Response received too late.
  '91': 'issuer_unavailable', // Issuer or switch is inoperative.
  '92': 'issuer_unavailable', // Financial institution cannot be found for routing.
  '93': 'not_permitted', // Transaction cannot be completed, violation of law.
  '94': 'unknown', // Duplicate transmission: the first one's outcome is what counts.
  '96': 'processing_error', // System malfunction.
  N7: 'incorrect_cvc', // Visa: decline for CVV2 failure.
};

/** Codes that leave an operation undecided; it is sent again as a repeat. */
export const TRY_AGAIN: readonly string[] = ['09', '68', '91', '92', '94', '96'];
/** Codes that say there is nothing to reverse: not found (25), sent before (94). */
export const NOTHING_TO_REVERSE: readonly string[] = ['25', '94'];
