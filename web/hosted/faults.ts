/**
 * When an error is shown. A field that can no longer become right says so at once; one that is merely unfinished says
 * so after the person has left it or asked to pay, and falls silent again at the next key. Pure.
 */
import type { FieldName } from '../../shared/card/fields.ts';
import type { FieldCode } from './texts.ts';
import type { Verdict } from './verdict.ts';

export interface FieldState {
  readonly verdict: Verdict;
  /** The person has left the field, or asked to pay, since they last typed in it. */
  readonly left: boolean;
  /** The person has asked to pay since they last typed in it. */
  readonly asked: boolean;
  /** What the vault said of this field, until it is typed in again. */
  readonly refusal: FieldCode | null;
}

export const UNTOUCHED: FieldState = { verdict: { state: 'empty' }, left: false, asked: false, refusal: null };

/** The field after typing: nothing is held against it but the text itself. */
export const typed = (verdict: Verdict): FieldState => ({ ...UNTOUCHED, verdict });

export function faultShown(name: FieldName, { verdict, left, asked, refusal }: FieldState): FieldCode | null {
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

/** The field a refusal of the vault is about; null when it is about none of them. */
export function fieldOfRefusal(code: string): FieldName | null {
  if (/^(number|brand|test_card)_/.test(code)) return 'number';
  if (/^expiry_/.test(code)) return 'expiry';
  return /^cvc_/.test(code) ? 'cvc' : null;
}
