/** What each file of languages/ must say: the words of the hosted field, and those of the merchant's page. */
import type { ExpiryFault } from '../shared/card/expiry.ts';
import type { NumberFault } from '../shared/card/number.ts';

/** Everything that can be wrong with what is typed. */
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

/** What the vault or the way to it can say, in the cardholder's terms. */
export type TroubleCode = 'network' | 'timeout' | 'busy' | 'refused';

/**
 * One language of the field. Each fault and trouble says what to do and fits in the room below the field (`linesBelow`);
 * none repeats what was typed.
 */
export interface Texts {
  readonly direction: 'ltr' | 'rtl';
  readonly title: string;
  readonly number: string;
  readonly expiry: string;
  /** Left to right in every language, as the digits that take its place. */
  readonly expiryPlaceholder: string;
  readonly cvc: string;
  readonly name: string;
  readonly assurance: string;
  readonly testMode: string;
  /** Said while the vault is asked, and when that takes long. */
  readonly sending: string;
  readonly stillSending: string;
  readonly faults: Readonly<Record<FieldCode, string>>;
  readonly troubles: Readonly<Record<TroubleCode, string>>;
}

/** What `fuda.js` itself says to the cardholder. */
export interface PageTexts {
  /** What a screen reader says of the frame. */
  readonly titles: Readonly<Record<'card' | 'number' | 'expiry' | 'cvc' | 'name', string>>;
  /** By the codes of `tokenize()`. */
  readonly errors: Readonly<Record<'frame_not_ready' | 'timeout' | 'destroyed', string>>;
}
