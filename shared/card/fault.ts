/** A card field that cannot be accepted: which one and why, never its value. The edge turns it into a refusal. */
import type { ExpiryFault } from './expiry.ts';
import type { NumberFault } from './number.ts';

export type CardField = 'number' | 'exp_month' | 'exp_year' | 'cvc';
export type CardFaultCode = NumberFault | ExpiryFault | 'cvc_invalid';

export class CardFault extends Error {
  readonly field: CardField;
  readonly code: CardFaultCode;

  constructor(field: CardField, code: CardFaultCode) {
    super(`${field}: ${code}`);
    this.name = 'CardFault';
    this.field = field;
    this.code = code;
  }
}
