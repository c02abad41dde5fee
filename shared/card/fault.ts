/** A refused card field: its name and the reason, never its value. shared/vault/intake turns it into a `VaultError`. */
import type { ExpiryFault } from './expiry.ts';
import type { NumberFault } from './number.ts';

export type CardParam = 'number' | 'exp_month' | 'exp_year' | 'cvc';
export type CardFaultCode = NumberFault | ExpiryFault | 'cvc_invalid';

export class CardFault extends Error {
  readonly field: CardParam;
  readonly code: CardFaultCode;

  constructor(field: CardParam, code: CardFaultCode) {
    super(`${field}: ${code}`);
    this.name = 'CardFault';
    this.field = field;
    this.code = code;
  }
}
