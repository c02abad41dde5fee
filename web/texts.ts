/** The texts that each file of languages/ provides, for the hosted field and for the merchant's page. */
import type { ExpiryFault } from '../shared/card/expiry.ts';
import type { NumberFault } from '../shared/card/number.ts';

/** Faults of the input. */
export type FieldCode =
  | NumberFault
  | ExpiryFault
  | 'cvc_invalid'
  | 'number_missing'
  | 'number_incomplete'
  | 'expiry_missing'
  | 'expiry_incomplete'
  | 'cvc_missing'
  | 'cvc_incomplete'
  | 'name_missing'
  | 'name_invalid'
  | 'test_card_required'
  | 'test_card_refused';

/** Other failures of the request, for the cardholder. */
export type TroubleCode = 'network' | 'timeout' | 'busy' | 'refused';

/**
 * One language of the field. Each fault and trouble says what to do, fits in the room below the field (`linesBelow`)
 * and repeats no input.
 */
export interface Texts {
  readonly direction: 'ltr' | 'rtl';
  readonly title: string;
  readonly number: string;
  readonly expiry: string;
  /** Left to right in every language, like the digits that replace it. */
  readonly expiryPlaceholder: string;
  readonly cvc: string;
  readonly name: string;
  readonly assurance: string;
  readonly testMode: string;
  /** Shown while the request runs, and when it takes long. */
  readonly sending: string;
  readonly stillSending: string;
  readonly faults: Readonly<Record<FieldCode, string>>;
  readonly troubles: Readonly<Record<TroubleCode, string>>;
}

/** Texts of `fuda.js` for the cardholder. */
export interface PageTexts {
  /** Titles of the frame for screen readers. */
  readonly titles: Readonly<Record<'card' | 'number' | 'expiry' | 'cvc' | 'name', string>>;
  /** By the codes of `tokenize()`. */
  readonly errors: Readonly<Record<'frame_not_ready' | 'timeout' | 'destroyed', string>>;
}
