/** The form of an event, in lists and in webhooks (shared/base/answers.ts says how it is used). */
import * as z from 'zod/mini';
import { idOf, pageOf, timeAnswer } from '../base/answers.ts';
import { ChargeAnswer, RefundAnswer } from '../payments/charges/responses.ts';
import { CheckoutSessionAnswer } from '../payments/checkout/answers.ts';
import { ForwardAnswer } from '../payments/forward/answers.ts';

export const EventAnswer = z.object({
  object: z.literal('event'),
  id: idOf('evt').check(z.describe('The same in every list and delivery of the event.')),
  type: z
    .string()
    .check(
      z.regex(/^[a-z_]+\.[a-z_]+$/),
      z.describe('Such as charge.captured, refund.succeeded, checkout_session.paid.'),
    ),
  created_at: timeAnswer(),
  data: z.object({
    object: z
      .union([ChargeAnswer, RefundAnswer, ForwardAnswer, CheckoutSessionAnswer])
      .check(
        z.describe(
          'The charge, forward or checkout session, or for refunds the refund, as it was when the event was copied or later.',
        ),
      ),
  }),
});

export const EventPageAnswer = pageOf(EventAnswer);

export type EventView = z.infer<typeof EventAnswer>;
export type EventPage = z.infer<typeof EventPageAnswer>;
