/**
 * A card number as a type (V1, V3). String, JSON, templates and util.inspect print it as `•••• 4242`, so a log line or
 * an error can hold one without leaking it. Only `digits()` returns the number, and `test/tidy.test.ts` lists its
 * callers. PCI DSS 4.0.1 3.4.1, 3.5.1.
 */
import { brandOf } from './brand.ts';
import { CardFault } from './fault.ts';
import type { Brand } from './networks.ts';
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

  /** Throws CardFault unless `text` is a complete, valid number of a supported brand. */
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

  /** First six digits rather than eight, so that less of the number is stored beside its fingerprint (3.5.1). */
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
