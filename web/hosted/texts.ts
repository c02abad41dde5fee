/** The words of the hosted field: which there are, and the language that is asked for. */
import type { ExpiryFault } from '../../shared/card/expiry.ts';
import type { NumberFault } from '../../shared/card/number.ts';
import { en } from './messages-en.ts';
import { ja } from './messages-ja.ts';

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
  | 'test_card_required'
  | 'test_card_refused';

/** What the vault or the way to it can answer besides, in the cardholder's terms. */
export type TroubleCode = 'network' | 'timeout' | 'busy' | 'refused';

export interface Texts {
  readonly title: string;
  readonly number: string;
  readonly expiry: string;
  readonly expiryPlaceholder: string;
  readonly cvc: string;
  readonly assurance: string;
  readonly testMode: string;
  readonly faults: Readonly<Record<FieldCode, string>>;
  readonly troubles: Readonly<Record<TroubleCode, string>>;
}

export type Locale = 'ja' | 'en';

export const TEXTS: Readonly<Record<Locale, Texts>> = { ja, en };
