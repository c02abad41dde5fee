/**
 * Decides when an error is shown: at once where the field can no longer become valid. An unfinished field shows it
 * after the person has left it or asked to pay, until the next key. Pure.
 */
import type { FieldName } from '../../shared/card/fields.ts';
import type { FieldCode } from './texts.ts';
import type { FieldVerdict } from './verdict.ts';

export interface FieldProgress {
  readonly verdict: FieldVerdict;
  /** The person has left the field, or asked to pay, since they last typed in it. */
  readonly left: boolean;
  /** The person has asked to pay since they last typed in it. */
  readonly asked: boolean;
  /** The vault's refusal of this field, until the next edit. */
  readonly refusal: FieldCode | null;
}

export const UNTOUCHED: FieldProgress = { verdict: { state: 'empty' }, left: false, asked: false, refusal: null };

/** The field after an edit: only its text counts, earlier errors do not. */
export const typed = (verdict: FieldVerdict): FieldProgress => ({ ...UNTOUCHED, verdict });

export function faultShown(name: FieldName, { verdict, left, asked, refusal }: FieldProgress): FieldCode | null {
  switch (verdict.state) {
    case 'complete':
      return refusal;
    case 'empty':
      return asked ? `${name}_missing` : null;
    case 'partial':
      return left ? verdict.code : null;
    case 'wrong':
      return verdict.code;
    default:
      return verdict satisfies never;
  }
}

/** The field that a refusal of the vault is about; null for other refusals. */
export function fieldOfRefusal(code: string): FieldName | null {
  if (/^(number|brand|test_card)_/.test(code)) return 'number';
  if (/^expiry_/.test(code)) return 'expiry';
  return /^cvc_/.test(code) ? 'cvc' : null;
}
