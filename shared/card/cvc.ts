/**
 * A card verification code as a type that never prints and is read once (V2): taking it empties it, so no second use
 * can happen by accident. PCI DSS 4.0.1 3.3.1.2.
 */
import { CardFault } from './fault.ts';
import { normalizeDigits } from './number.ts';

export class Cvc {
  #digits: string | null;

  private constructor(digits: string) {
    this.#digits = digits;
  }

  /** Throws CardFault unless it is `length` digits. */
  static parse(text: string, length: 3 | 4): Cvc {
    const digits = normalizeDigits(text);
    if (digits.length !== length || !/^\d+$/.test(digits)) throw new CardFault('cvc', 'cvc_invalid');
    return new Cvc(digits);
  }

  /** The code in clear, once; a second call throws. */
  take(): string {
    if (this.#digits === null) throw new Error('this CVC was already taken');
    const digits = this.#digits;
    this.#digits = null;
    return digits;
  }

  toString(): string {
    return '•••';
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
