/** The form of an event, in lists and in webhooks (shared/base/responses.ts says how it is used). */
import * as z from 'zod/mini';
import { idOf, pageOf, timeSchema } from '../base/responses.ts';
import { ChargeSchema, RefundSchema } from '../payments/charges/responses.ts';
import { CheckoutSessionSchema } from '../payments/checkout/responses.ts';
import { ForwardSchema } from '../payments/forward/responses.ts';

export const EventSchema = z.object({
  object: z.literal('event'),
  id: idOf('evt').check(z.describe('The same in every list and delivery of the event.')),
  type: z
    .string()
    .check(
      z.regex(/^[a-z_]+\.[a-z_]+$/),
      z.describe('Such as charge.captured, refund.succeeded, checkout_session.paid.'),
    ),
  created_at: timeSchema(),
  data: z.object({
    object: z
      .union([ChargeSchema, RefundSchema, ForwardSchema, CheckoutSessionSchema])
      .check(
        z.describe(
          'The charge, forward or checkout session, or for refunds the refund, as it was when the event was copied or later.',
        ),
      ),
  }),
});

export const EventPageSchema = pageOf(EventSchema);

export type EventView = z.infer<typeof EventSchema>;
export type EventPage = z.infer<typeof EventPageSchema>;
