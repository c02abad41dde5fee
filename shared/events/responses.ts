/** The form of an event, in lists and in webhooks (shared/base/responses.ts says how it is used). */
import * as z from 'zod/mini';
import { idOf, pageOf, timeSchema } from '../base/responses.ts';
import { ChargeSchema, RefundSchema } from '../payments/charges/responses.ts';
import { CheckoutSessionSchema } from '../payments/checkout/responses.ts';
import { ForwardSchema } from '../payments/forward/responses.ts';

/** A receiver of live cards, once the first of the merchant's cards went there. */
const FirstUseSchema = z.object({
  object: z.literal('destination'),
  id: idOf('use'),
  name: z.string().check(z.describe('The name of the deployed destination.')),
  receiver: z.string().check(z.describe('Kind, host, port and account, as in sent_to.')),
  deployed_at: z
    .nullable(timeSchema())
    .check(z.describe('When it was deployed, as AWS says; null where it does not say.')),
  first_used_at: timeSchema(),
});

export const EventSchema = z.object({
  object: z.literal('event'),
  id: idOf('evt').check(z.describe('The same in every list and delivery of the event.')),
  type: z
    .string()
    .check(
      z.regex(/^[a-z_]+\.[a-z_]+$/),
      z.describe('Such as charge.captured, refund.succeeded, checkout_session.paid, destination.first_used.'),
    ),
  created_at: timeSchema(),
  data: z.object({
    object: z
      .union([ChargeSchema, RefundSchema, ForwardSchema, CheckoutSessionSchema, FirstUseSchema])
      .check(
        z.describe(
          'The charge, forward or checkout session, or for refunds the refund, as it was when the event was copied or later; or the destination that got the first card.',
        ),
      ),
  }),
});

export const EventPageSchema = pageOf(EventSchema);

export type EventView = z.infer<typeof EventSchema>;
export type EventPage = z.infer<typeof EventPageSchema>;
