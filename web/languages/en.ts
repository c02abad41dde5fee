/** English. */
import type { PageTexts, Texts } from '../texts.ts';

export const field: Texts = {
  direction: 'ltr',
  title: 'Card details',
  number: 'Card number',
  expiry: 'Expiry',
  expiryPlaceholder: 'MM / YY',
  cvc: 'Security code',
  name: 'Name on card',
  assurance: 'The shop never sees your card.',
  testMode: 'Test',
  sending: 'Securing your card…',
  stillSending: 'This is taking a while. Please wait…',
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
    name_missing: 'Enter the name on your card.',
    name_invalid: 'Enter the name as it is on your card.',
    test_card_required: 'Test mode takes test cards only.',
    test_card_refused: 'Test cards cannot be used here.',
  },
  troubles: {
    network: 'No connection. Check it and try again.',
    timeout: 'There was no response in time. Try again.',
    busy: 'Very busy just now. Try again in a moment.',
    refused: 'That did not work. Try again, or ask the shop.',
  },
};

export const page: PageTexts = {
  titles: {
    card: 'Card details',
    number: 'Card number',
    expiry: 'Expiry',
    cvc: 'Security code',
    name: 'Name on card',
  },
  errors: {
    frame_not_ready: 'The card field did not load. Reload the page and try again.',
    timeout: 'The card field did not respond. Try again.',
    destroyed: 'The card field is no longer on the page. Reload the page and try again.',
  },
};
