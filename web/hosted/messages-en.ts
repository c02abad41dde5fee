/** The hosted field in English. Each fault says what to do; none repeats what was typed, and each fits on one line of a phone. */
import type { Texts } from './texts.ts';

export const en: Texts = {
  title: 'Card details',
  number: 'Card number',
  expiry: 'Expiry',
  expiryPlaceholder: 'MM / YY',
  cvc: 'Security code',
  assurance: 'The shop never sees your card.',
  testMode: 'Test',
  faults: {
    number_missing: 'Enter your card number.',
    number_incomplete: 'Your card number is incomplete.',
    number_invalid: 'Your card number has the wrong length.',
    number_luhn: 'Check your card number for a typing error.',
    brand_unknown: 'This card is not accepted. Use another.',
    expiry_missing: 'Enter the expiry date.',
    expiry_incomplete: 'Your expiry date is incomplete.',
    expiry_invalid: 'Check the expiry date on your card.',
    expiry_past: 'This card has expired. Use another.',
    cvc_missing: 'Enter the security code.',
    cvc_incomplete: 'Your security code is incomplete.',
    cvc_invalid: 'Your security code has too many digits.',
    test_card_required: 'Test mode takes test cards only.',
    test_card_refused: 'Test cards cannot be used here.',
  },
  troubles: {
    network: 'We could not reach the card service. Check your connection and try again.',
    timeout: 'The card service took too long to answer. Try again.',
    busy: 'The card service is busy. Wait a moment and try again.',
    refused: 'The card could not be registered. Try again, or ask the shop.',
  },
};
