/** The hosted field in English. Each fault says what to do; none repeats what was typed. */
import type { Texts } from './texts.ts';

export const en: Texts = {
  title: 'Card details',
  number: 'Card number',
  expiry: 'Expiry',
  expiryPlaceholder: 'MM / YY',
  cvc: 'Security code',
  assurance: 'Encrypted here. The shop never sees your card.',
  testMode: 'Test mode',
  faults: {
    number_missing: 'Enter your card number.',
    number_incomplete: 'Your card number is incomplete.',
    number_invalid: 'Your card number has the wrong length.',
    number_luhn: 'Check your card number. A digit seems to be wrong.',
    brand_unknown: 'This kind of card is not accepted. Use another card.',
    expiry_missing: 'Enter the expiry date.',
    expiry_incomplete: 'Your expiry date is incomplete.',
    expiry_invalid: 'Check the expiry date on your card.',
    expiry_past: 'This card has expired. Use another card.',
    cvc_missing: 'Enter the security code.',
    cvc_incomplete: 'Your security code is incomplete.',
    cvc_invalid: 'Your security code has too many digits.',
    test_card_required: 'This is a test. Use a test card, not a real one.',
    test_card_refused: 'Test cards cannot pay here. Use a real card.',
  },
  troubles: {
    network: 'We could not reach the card service. Check your connection and try again.',
    timeout: 'The card service took too long to answer. Try again.',
    busy: 'The card service is busy. Wait a moment and try again.',
    refused: 'The card could not be registered. Try again, or ask the shop.',
  },
};
