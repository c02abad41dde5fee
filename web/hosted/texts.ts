/** The words of the hosted field: which there are, and each language's own. */
import type { ExpiryFault } from '../../shared/card/expiry.ts';
import type { NumberFault } from '../../shared/card/number.ts';
import * as ar from '../languages/ar.ts';
import * as en from '../languages/en.ts';
import * as ja from '../languages/ja.ts';
import * as ko from '../languages/ko.ts';
import * as zhHans from '../languages/zh-hans.ts';
import * as zhHant from '../languages/zh-hant.ts';
import type { Locale } from '../locale.ts';

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

/** What the vault or the way to it can answer besides, in the cardholder's terms. */
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

export const TEXTS: Readonly<Record<Locale, Texts>> = {
  en: en.field,
  ja: ja.field,
  ko: ko.field,
  'zh-Hans': zhHans.field,
  'zh-Hant': zhHant.field,
  ar: ar.field,
};
