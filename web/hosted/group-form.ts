/**
 * What the form of one page lets the other forms of its group ask of it. The fields of a card may stand in several
 * frames, all of the vault's origin; they call each other as plain objects, window to window, so that what is typed is
 * in no message (V1).
 */

import type { FieldName } from '../../shared/card/fields.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import type { FieldCode, TroubleCode } from './texts.ts';

/** One field as it stands when the cardholder asks to pay. */
export interface Entry {
  readonly field: FieldName;
  readonly text: string;
  /** What is wrong with it, or null when it could be sent. */
  readonly fault: FieldCode | null;
}

export interface GroupForm {
  readonly fields: readonly FieldName[];
  /** The brand of the number, where the number is one of its fields. */
  readonly brand: BrandFacts | null;
  /** The vault's time, as far as this frame knows it. */
  nowMs(): number;
  /** Told after the brand may have changed: it decides how long the code must be. */
  brandChanged(): void;
  /** Every field as it stands, with what is missing or wrong now shown. */
  submit(): readonly Entry[];
  /** Puts the cursor at the end of a field. */
  enter(field: FieldName): void;
  /** Shows what the vault said of a field, until it is typed in again. */
  refuse(field: FieldName, code: FieldCode): void;
  /** Shows what went wrong on the way to the vault, until something is typed or asked again. */
  showTrouble(code: TroubleCode | null): void;
  showBusy(isBusy: boolean): void;
}
