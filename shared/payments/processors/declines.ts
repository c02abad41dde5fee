/**
 * Decline codes, one vocabulary for every processor. An adapter maps its network's codes to these and keeps the raw
 * one. `retry` tells a merchant whether the same card may work later, `ask` that the shopper can correct something.
 */

interface Decline {
  readonly meaning: string;
  readonly advice: 'retry_later' | 'correct_and_retry' | 'use_another_card';
}

export const DECLINES = {
  generic_decline: { meaning: 'The issuer declined without saying why.', advice: 'use_another_card' },
  do_not_honor: { meaning: 'The issuer refuses this card for now.', advice: 'use_another_card' },
  insufficient_funds: { meaning: 'The limit or balance does not cover the amount.', advice: 'use_another_card' },
  lost_card: { meaning: 'The card was reported lost.', advice: 'use_another_card' },
  stolen_card: { meaning: 'The card was reported stolen.', advice: 'use_another_card' },
  expired_card: { meaning: 'The issuer says the card has expired.', advice: 'correct_and_retry' },
  incorrect_cvc: { meaning: 'The security code is wrong.', advice: 'correct_and_retry' },
  card_velocity_exceeded: { meaning: 'The card was used too often or for too much.', advice: 'retry_later' },
  suspected_fraud: { meaning: 'The issuer or network suspects fraud.', advice: 'use_another_card' },
  not_permitted: { meaning: 'The card may not be used for this kind of purchase.', advice: 'use_another_card' },
  processing_error: { meaning: 'The network could not process the request.', advice: 'retry_later' },
  issuer_unavailable: { meaning: 'The issuer could not be reached.', advice: 'retry_later' },
} as const satisfies Record<string, Decline>;

export type DeclineCode = keyof typeof DECLINES;
