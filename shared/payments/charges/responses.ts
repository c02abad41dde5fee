/** What is shown of charges and refunds: types for the verbs, a description for callers (shared/base/responses.ts). */
import * as z from 'zod/mini';
import { amountSchema, ErrorCodeSchema, idOf, pageOf, sentToSchema, timeSchema } from '../../base/responses.ts';
import { CardFactsSchema, SourceSchema } from '../../vault/responses.ts';
import { DECLINES, type DeclineCode } from '../processors/declines.ts';

export const RefundSchema = z.object({
  object: z.literal('refund'),
  id: idOf('re'),
  charge: idOf('ch'),
  status: z
    .enum(['processing', 'succeeded', 'failed'])
    .check(z.describe('Processing while the processor’s response is not known; repeat the request to learn it.')),
  amount: amountSchema(),
  currency: z.string(),
  created_at: timeSchema(),
});

const ProcessorSchema = z.object({
  name: z.string(),
  reference: z.string().check(z.describe('By which the processor knows the charge: its id.')),
  authorization_code: z.nullable(z.string()),
  network_transaction_id: z.nullable(z.string()),
});

export const ChargeSchema = z.object({
  object: z.literal('charge'),
  id: idOf('ch'),
  status: z
    .enum(['processing', 'authorized', 'captured', 'partially_refunded', 'refunded', 'canceled', 'declined', 'failed'])
    .check(
      z.describe('Decide by this. Processing: the outcome is not known yet; repeat the request, or read the charge.'),
    ),
  amount: amountSchema().check(z.describe('What was authorized, in minor units of currency.')),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  capture: z.boolean().check(z.describe('Whether it was to be captured at once.')),
  initiator: z.enum(['customer', 'merchant']).check(z.describe('The party that started the payment.')),
  amount_captured: amountSchema(),
  amount_refunded: amountSchema(),
  card: z.nullable(CardFactsSchema).check(z.describe('Null until the card was opened.')),
  source: SourceSchema,
  processor: ProcessorSchema,
  sent_to: sentToSchema(),
  decline_code: z
    .nullable(z.enum(Object.keys(DECLINES) as [DeclineCode, ...DeclineCode[]]))
    .check(z.describe('Why the issuer declined.')),
  failure_code: z
    .nullable(z.union([ErrorCodeSchema, z.enum(['processor_timeout', 'interrupted'])]))
    .check(z.describe('Why the charge failed without having been declined, such as token_spent.')),
  saved_card: z.nullable(idOf('card')).check(z.describe('The stored card, where save_card asked for one.')),
  refunds: z.array(RefundSchema).check(z.describe('Oldest first.')),
  description: z.nullable(z.string()),
  metadata: z.record(z.string(), z.string()),
  created_at: timeSchema(),
});

export const ChargePageSchema = pageOf(ChargeSchema);

export type ChargeView = z.infer<typeof ChargeSchema>;
export type RefundView = z.infer<typeof RefundSchema>;
export type ChargePage = z.infer<typeof ChargePageSchema>;
