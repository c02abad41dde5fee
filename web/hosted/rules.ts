/** Format, validation and focus of each field: one row per field. */

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
import { type FieldVerdict, isWholeNumber, judgeCvc, judgeExpiry, judgeName, judgeNumber } from './verdict.ts';

/** What else the validation of a field depends on. */
export interface Circumstances {
  readonly brand: BrandFacts | null;
  readonly nowMs: number;
}

export interface FieldRules {
  format(edit: Edit, now: Circumstances): Shown;
  judge(text: string, now: Circumstances): FieldVerdict;
  /** Whether the focus moves on once the text has become complete or stays so. */
  leadsOn(text: string, wasComplete: boolean): boolean;
}

/** The longest code of any brand, until the brand is known. */
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
