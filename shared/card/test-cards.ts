/**
 * The published test cards, and the simulator's outcome for each. Test keys accept these cards only; live keys refuse
 * them (PCI DSS 4.0.1 6.5.5, 6.5.6). Numbers are from docs.stripe.com/testing and webpay.jp/docs/mock_cards;
 * `docs/reference/test-cards.md` is generated from this table.
 */

export type SimulatedOutcome =
  | 'approve'
  | 'generic_decline'
  | 'do_not_honor'
  | 'insufficient_funds'
  | 'lost_card'
  | 'stolen_card'
  | 'expired_card'
  | 'incorrect_cvc'
  | 'card_velocity_exceeded'
  | 'suspected_fraud'
  | 'not_permitted'
  | 'processing_error'
  | 'issuer_unavailable'
  | 'refund_fails'
  | 'timeout'
  | 'lost_response';

export const TEST_CARDS: Readonly<Record<string, SimulatedOutcome>> = {
  '4242424242424242': 'approve',
  '4000056655665556': 'approve',
  '4111111111111111': 'approve',
  '4012888888881881': 'approve',
  '5555555555554444': 'approve',
  '2223003122003222': 'approve',
  '5200828282828210': 'approve',
  '5105105105105100': 'approve',
  '378282246310005': 'approve',
  '371449635398431': 'approve',
  '3530111333300000': 'approve',
  '3566002020360505': 'approve',
  '3056930009020004': 'approve',
  '36227206271667': 'approve',
  '6011111111111117': 'approve',
  '6011000990139424': 'approve',
  '6200000000000005': 'approve',
  '6205500000000000004': 'approve',
  '4000000000000002': 'generic_decline',
  '4000000000000010': 'do_not_honor',
  '4000000000009995': 'insufficient_funds',
  '4000000000009987': 'lost_card',
  '4000000000009979': 'stolen_card',
  '4000000000000069': 'expired_card',
  '4000000000000127': 'incorrect_cvc',
  '4000000000006975': 'card_velocity_exceeded',
  '4100000000000019': 'suspected_fraud',
  '4000000000000028': 'not_permitted',
  '4000000000000119': 'processing_error',
  '4000000000000341': 'issuer_unavailable',
  '4000000000005126': 'refund_fails',
  '4000000000000101': 'timeout',
  '4000000000000036': 'lost_response',
};

/** Whether these digits are a published test card. */
export const isTestCard = (digits: string): boolean => Object.hasOwn(TEST_CARDS, digits);
