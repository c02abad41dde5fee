/** How each field is shown while it is typed, judged, and left: one row a field. */

import type { FieldName } from '../../shared/card/fields.ts';
import {
  digitsOf,
  type Edit,
  formatCvc,
  formatExpiry,
  formatName,
  formatNumber,
  type Shown,
} from '../../shared/card/format.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import { isWholeNumber, judgeCvc, judgeExpiry, judgeName, judgeNumber, type Verdict } from './verdict.ts';

/** What a field is judged by besides its own text. */
export interface Circumstances {
  readonly brand: BrandFacts | null;
  readonly nowMs: number;
}

export interface FieldRules {
  format(edit: Edit, now: Circumstances): Shown;
  judge(text: string, now: Circumstances): Verdict;
  /** Whether typing leads on to the next field, once the text has become complete or stays so. */
  leadsOn(text: string, wasComplete: boolean): boolean;
}

/** Longest code of any brand, where the brand is not known yet. */
const CVC_LENGTH_MAX = 4;

export const RULES: Readonly<Record<FieldName, FieldRules>> = {
  number: {
    format: formatNumber,
    judge: (text) => judgeNumber(digitsOf(text)),
    leadsOn: (text) => isWholeNumber(digitsOf(text)),
  },
  expiry: {
    format: formatExpiry,
    judge: (text, { nowMs }) => judgeExpiry(text, nowMs),
    leadsOn: (_text, wasComplete) => !wasComplete,
  },
  cvc: {
    format: (edit, { brand }) => formatCvc(edit, brand?.cvcLength ?? CVC_LENGTH_MAX),
    judge: (text, { brand }) => judgeCvc(text, brand),
    leadsOn: (_text, wasComplete) => !wasComplete,
  },
  name: {
    format: formatName,
    judge: judgeName,
    leadsOn: () => false,
  },
};
