/**
 * The interface between the forms of one group. The fields of a card may be in several frames, all of the vault's
 * origin. The frames call each other's objects directly, so that no message holds card data (V1).
 */

import type { FieldName } from '../../shared/card/fields.ts';
import type { BrandFacts } from '../../shared/card/networks.ts';
import type { FieldCode, TroubleCode } from './texts.ts';

/** One field at the moment when the cardholder asks to pay. */
export interface FieldEntry {
  readonly field: FieldName;
  readonly text: string;
  /** Null where the field can be sent. */
  readonly fault: FieldCode | null;
}

export interface GroupForm {
  readonly fields: readonly FieldName[];
  /** The brand of the number, where the number is one of its fields. */
  readonly brand: BrandFacts | null;
  /** The vault's time where this frame has read it, else this machine's. */
  nowMs(): number;
  /** Called after the brand may have changed, because it decides the length of the code. */
  brandChanged(): void;
  /** Reads every field, and shows the errors of missing and wrong ones. */
  submit(): readonly FieldEntry[];
  /** Puts the cursor at the end of a field. */
  enter(field: FieldName): void;
  /** Replaces the text of a field by a part of a card that was pasted whole. */
  fill(field: FieldName, text: string): void;
  /** Shows the vault's refusal of a field until the next edit. */
  refuse(field: FieldName, code: FieldCode): void;
  /** Shows a failure of the request until the next edit or request. */
  showTrouble(code: TroubleCode | null): void;
  showBusy(isBusy: boolean): void;
}
