/** What a charge is asked for, and the terms it becomes, which a repeated request must share (V6). */
import * as z from 'zod/mini';
import { VaultError } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { AMOUNT_MINOR_MAX, currencyExponent } from '../../base/money.ts';
import type { Terms } from '../../base/terms.ts';
import { isCvcToken } from '../../vault/cvc-tokens.ts';
import { tokenHash } from '../../vault/tokens.ts';
import type { ChargeTerms } from './charge.ts';

const METADATA_MAX = 20;
const Metadata = z
  .record(
    z.string({ error: 'metadata_invalid' }).check(z.regex(/^[A-Za-z0-9_.-]{1,40}$/, { error: 'metadata_invalid' })),
    z.string({ error: 'metadata_invalid' }).check(z.maxLength(500, { error: 'metadata_invalid' })),
    { error: 'metadata_invalid' },
  )
  .check(
    z.refine((object) => Object.keys(object).length <= METADATA_MAX, { error: 'metadata_invalid' }),
    z.describe(`At most ${METADATA_MAX} texts of yours, such as an order's number.`),
    z.meta({ maxProperties: METADATA_MAX }),
  );

/** Body of POST /v1/charges. `amount` in minor units of `currency`. */
export const ChargeRequest = z.strictObject({
  source: z
    .string({ error: 'source_invalid' })
    .check(z.describe('What to charge: a token, tok_…, or a stored card, card_….')),
  cvc_token: z.optional(
    z
      .string()
      .check(
        z.describe(
          'With a stored card: the token, cvc_…, of its security code, which the shopper typed for this charge.',
        ),
      ),
  ),
  amount: z
    .int({ error: 'amount_invalid' })
    .check(
      z.gte(1, { error: 'amount_invalid' }),
      z.lte(AMOUNT_MINOR_MAX, { error: 'amount_invalid' }),
      z.describe('In minor units of the currency: ¥100 is 100, $1.00 is 100.'),
    ),
  currency: z.string({ error: 'currency_unknown' }).check(
    z.refine((code) => currencyExponent(code.toUpperCase()) !== null, { error: 'currency_unknown' }),
    z.describe('ISO 4217 code, such as JPY.'),
  ),
  capture: z.optional(z.boolean().check(z.describe('False to authorize only and capture later. True unless said.'))),
  save_card: z.optional(z.boolean().check(z.describe('True to store the token’s card once the charge is approved.'))),
  initiator: z.optional(
    z
      .enum(['customer', 'merchant'])
      .check(
        z.describe(
          'Merchant: you start this payment of a stored card by agreement, without the shopper. Customer unless said.',
        ),
      ),
  ),
  initial_charge: z.optional(
    z
      .string()
      .check(
        z.describe(
          'With initiator merchant: the charge of this card with which the shopper agreed. Needed only where the card was not saved by a charge.',
        ),
      ),
  ),
  description: z.optional(z.string().check(z.maxLength(500), z.describe('For your own records.'))),
  metadata: z.optional(Metadata),
  processor: z.optional(
    z
      .string()
      .check(z.describe('Which of the merchant’s processors; its default unless said. Test keys have simulator.')),
  ),
});

/** Throws the refusal of the first field that no charge could have. */
export function readTerms(request: z.infer<typeof ChargeRequest>, processorName: string): ChargeTerms {
  const { source } = request;
  const isToken = isId('tok', source);
  if (!isToken && !isId('card', source)) throw new VaultError('source_invalid', { param: 'source' });
  if (!isToken && request.save_card) throw new VaultError('invalid_field', { param: 'save_card' });
  const initiator = request.initiator ?? 'customer';
  // The shopper has typed this card just now, for this payment.
  if (isToken && initiator === 'merchant') throw new VaultError('invalid_field', { param: 'initiator' });
  const { cvc_token: cvcToken } = request;
  // A token brings its code along, and the merchant alone has none.
  if (cvcToken !== undefined && (isToken || initiator === 'merchant' || !isCvcToken(cvcToken))) {
    throw new VaultError('invalid_field', { param: 'cvc_token' });
  }
  if (request.initial_charge !== undefined && (initiator === 'customer' || !isId('ch', request.initial_charge))) {
    throw new VaultError('invalid_field', { param: 'initial_charge' });
  }
  return {
    source_type: isToken ? 'token' : 'card',
    source_record: isToken ? tokenHash(source) : source,
    ...(cvcToken !== undefined && { cvc_record: tokenHash(cvcToken) }),
    amount_minor: request.amount,
    currency: request.currency.toUpperCase(),
    capture: request.capture ?? true,
    save_card: request.save_card ?? false,
    processor: processorName,
    ...(initiator === 'merchant' && { initiator }),
    ...(request.initial_charge !== undefined && { initial_charge: request.initial_charge }),
    ...(request.description !== undefined && { description: request.description }),
    ...(request.metadata !== undefined && { metadata: request.metadata }),
  };
}

/** Request field → the term it became, for naming the one that differs. */
export const CHARGE_TERMS = {
  source: 'source_record',
  cvc_token: 'cvc_record',
  amount: 'amount_minor',
  currency: 'currency',
  capture: 'capture',
  save_card: 'save_card',
  processor: 'processor',
  initiator: 'initiator',
  initial_charge: 'initial_charge',
  description: 'description',
  metadata: 'metadata',
} as const satisfies Terms<ChargeTerms>;
