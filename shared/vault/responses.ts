/** The forms of tokens and stored cards in responses (shared/base/responses.ts says how they are used). */
import * as z from 'zod/mini';
import { idOf, timeSchema } from '../base/responses.ts';

/** The only parts of a card that may be shown (V3). */
const FACTS = {
  brand: z.enum(['visa', 'mastercard', 'amex', 'jcb', 'diners', 'discover', 'unionpay']),
  bin: z.string().check(z.regex(/^\d{6}$/), z.describe('The first six digits.')),
  last4: z.string().check(z.regex(/^\d{4}$/)),
  exp_month: z.int().check(z.gte(1), z.lte(12)),
  exp_year: z.int().check(z.describe('Four digits.')),
  fingerprint: idOf('fp').check(
    z.describe('Equal for equal numbers of one merchant; different for every other merchant.'),
  ),
};

export const CardFactsSchema = z.object(FACTS);

export const TokenSchema = z.object({
  object: z.literal('token'),
  id: idOf('tok').check(z.describe('A bearer secret until spent: usable with any key of the merchant.')),
  status: z.enum(['active', 'spent', 'expired']),
  card: CardFactsSchema,
  created_at: timeSchema(),
  expires_at: timeSchema().check(z.describe('From then on the token cannot be used, and its card is erased.')),
  spent_by: z
    .nullable(z.string())
    .check(z.describe('The id of the charge, forward or stored card that the token was spent on.')),
});

export const CvcTokenSchema = z.object({
  object: z.literal('cvc_token'),
  id: idOf('cvc').check(z.describe('Goes with one charge of a stored card; a bearer secret until then.')),
  status: z.enum(['active', 'spent', 'expired']),
  created_at: timeSchema(),
  expires_at: timeSchema().check(z.describe('From then on it cannot be used, and its code is erased.')),
});

export const CardSchema = z.object({
  object: z.literal('card'),
  id: idOf('card'),
  status: z.enum(['active', 'locked', 'deleted']),
  ...FACTS,
  created_at: timeSchema(),
});

/** What was charged or forwarded. */
export const SourceSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('token'),
    token_hash: z
      .string()
      .check(
        z.regex(/^[0-9a-f]{64}$/),
        z.describe('SHA-256 of the token in hexadecimal; the token itself is not kept.'),
      ),
  }),
  z.object({ type: z.literal('card'), id: idOf('card') }),
]);

export type TokenView = z.infer<typeof TokenSchema>;
export type CvcTokenView = z.infer<typeof CvcTokenSchema>;
export type CardView = z.infer<typeof CardSchema>;
