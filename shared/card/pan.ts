/**
 * A card number as a type (V1, V3). It prints as `•••• 4242` from String, JSON, templates and util.inspect, so a log
 * line or an error can hold one without leaking it; the digits leave only through `digits()`, whose callers
 * `test/tidy.test.ts` lists. PCI DSS 4.0.1 3.4.1, 3.5.1.
 */
import { type Brand, brandOf } from './brand.ts';
import { CardFault } from './fault.ts';
import { normalizeDigits, numberFault } from './number.ts';

export class Pan {
  readonly #digits: string;
  readonly brand: Brand;
  readonly cvcLength: 3 | 4;

  private constructor(digits: string, brand: Brand, cvcLength: 3 | 4) {
    this.#digits = digits;
    this.brand = brand;
    this.cvcLength = cvcLength;
  }

  /** Throws CardFault for anything but a complete, valid number of a supported brand. */
  static parse(text: string): Pan {
    const digits = normalizeDigits(text);
    const fault = numberFault(digits);
    const facts = brandOf(digits);
    if (fault !== null || facts === null) throw new CardFault('number', fault ?? 'brand_unknown');
    return new Pan(digits, facts.brand, facts.cvcLength);
  }

  /** The number in clear. Only the files listed in the tidy test may call this. */
  digits(): string {
    return this.#digits;
  }

  /** First six digits; six and not eight, so that less of the number stands beside its fingerprint (3.5.1). */
  get bin(): string {
    return this.#digits.slice(0, 6);
  }

  get last4(): string {
    return this.#digits.slice(-4);
  }

  toString(): string {
    return `•••• ${this.last4}`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}
