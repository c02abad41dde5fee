/**
 * A credential as a type: an API key of a processor, a password of a merchant's own PSP. String, JSON, templates and
 * util.inspect print it as `[secret]`, so a log line or an error can hold one without leaking it. Only `clearText()`
 * returns the text, and `test/tidy.test.ts` lists its callers. PCI DSS 4.0.1 8.3.2, 8.6.2.
 */
const MASK = '[secret]';

export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The credential in clear, for the request that needs it. */
  clearText(): string {
    return this.#text;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return MASK;
  }
}
