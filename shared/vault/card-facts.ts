/**
 * The facts of a card that may leave the cardholder data environment: brand, first six, last four, expiry and
 * fingerprint (V3; PCI DSS 4.0.1 3.4.1). Stored beside the ciphertext, and shown in every response.
 */
import type { Brand } from '../card/networks.ts';

export interface CardFacts {
  readonly brand: Brand;
  readonly bin: string;
  readonly last4: string;
  readonly exp_month: number;
  readonly exp_year: number;
  readonly fingerprint: string;
}

/** Copies the facts alone, so that no other member of the object reaches a response. */
export const cardFacts = (from: CardFacts): CardFacts => ({
  brand: from.brand,
  bin: from.bin,
  last4: from.last4,
  exp_month: from.exp_month,
  exp_year: from.exp_year,
  fingerprint: from.fingerprint,
});

/** How many digits a security code of this brand has. */
export const cvcLengthOf = (brand: Brand): 3 | 4 => (brand === 'amex' ? 4 : 3);
