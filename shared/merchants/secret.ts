/**
 * A credential as a type: an API key of a processor, a password of a merchant's own PSP. String, JSON, templates and
 * util.inspect print it as `[secret]`, so a log line or an error can hold one without leaking it. Only `clearText()`
 * returns the text, and `test/tidy.test.ts` lists its callers. PCI DSS 4.0.1 8.3.2, 8.6.2.
 */
import { sha256Hex } from '../base/ids.ts';

/** Of a credential that a deployment names. */
export const FINGERPRINTED_LENGTH_MIN = 16;
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

  /** What a deployment names the credential by, in 128 bits; null for one so short that it could be guessed from that. */
  fingerprint(): string | null {
    return this.#text.length < FINGERPRINTED_LENGTH_MIN ? null : `sha256-${sha256Hex(this.#text).slice(0, 32)}`;
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
