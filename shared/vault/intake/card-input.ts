/** Turns a card from a request into masked types, or throws a refusal that names the field. */
import * as z from 'zod/mini';
import { VaultError } from '../../base/errors.ts';
import { Cvc } from '../../card/cvc.ts';
import { type Expiry, expiryFault } from '../../card/expiry.ts';
import { CardFault } from '../../card/fault.ts';
import { Pan } from '../../card/pan.ts';
import { isTestCard } from '../../card/test-cards.ts';
import type { Mode } from '../../merchants/mode.ts';

/** `{number, exp_month: 1–12, exp_year: four digits, cvc, name?}`. */
export const CardInput = z.strictObject({
  number: z
    .string({ error: 'number_invalid' })
    .check(z.describe('The digits as text; spaces and dashes between them are taken.')),
  exp_month: z.int({ error: 'expiry_invalid' }).check(z.describe('From 1 to 12.')),
  exp_year: z.int({ error: 'expiry_invalid' }).check(z.describe('Four digits.')),
  cvc: z.string({ error: 'cvc_invalid' }).check(z.describe('Three digits as text, four for American Express.')),
  // ISO/IEC 7813 gives a cardholder name 2–26 characters; EMV 3DS 2.2 up to 45.
  name: z.optional(z.string().check(z.maxLength(45), z.describe('As on the card; not kept.'))),
});

export interface ParsedCard {
  readonly pan: Pan;
  readonly cvc: Cvc;
  readonly expiry: Expiry;
}

/**
 * Throws the refusal of the first bad field, in the order number, expiry, CVC, then whether the mode takes this card
 * (PCI DSS 4.0.1 6.5.5: no live PAN in test). `under` prefixes the field's name in the refusal.
 */
export function readCard(
  input: z.infer<typeof CardInput>,
  mode: Mode,
  nowMs: number,
  under: 'card' | 'encrypted_card',
): ParsedCard {
  try {
    const pan = Pan.parse(input.number);
    const expiry = { month: input.exp_month, year: input.exp_year };
    const fault = expiryFault(expiry, nowMs);
    if (fault !== null) throw new CardFault(badExpiryField(expiry), fault);
    const cvc = Cvc.parse(input.cvc, pan.cvcLength);
    refuseOtherMode(pan, mode, under);
    return { pan, cvc, expiry };
  } catch (error) {
    if (error instanceof CardFault) throw new VaultError(error.code, { param: `${under}.${error.field}` });
    throw error;
  }
}

const badExpiryField = ({ month }: Expiry) => (month < 1 || month > 12 ? 'exp_month' : 'exp_year');

function refuseOtherMode(pan: Pan, mode: Mode, under: string): void {
  const isTest = isTestCard(pan.digits());
  if (mode === 'test' && !isTest) throw new VaultError('test_card_required', { param: `${under}.number` });
  if (mode === 'live' && isTest) throw new VaultError('test_card_refused', { param: `${under}.number` });
}
