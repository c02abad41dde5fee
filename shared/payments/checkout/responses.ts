/** The forms of checkout sessions in responses (shared/base/responses.ts says how they are used). */
import * as z from 'zod/mini';
import { amountSchema, idOf, timeSchema } from '../../base/responses.ts';

export const CheckoutSessionSchema = z.object({
  object: z.literal('checkout_session'),
  id: idOf('cs').check(z.describe('Gives access to the payment page, and to paying.')),
  status: z
    .enum(['open', 'processing', 'paid', 'expired', 'canceled'])
    .check(
      z.describe(
        'Decide by this, never by what a shopper shows. Processing: a payment is under way, or its outcome is not known yet. Paid: its charge is captured, or authorized where capture is false.',
      ),
    ),
  amount: amountSchema().check(z.describe('In minor units of currency.')),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/)),
  capture: z.boolean(),
  save_card: z.boolean(),
  processor: z.nullable(z.string()).check(z.describe('Null for the default of the time of payment.')),
  url: z.nullable(z.url()).check(z.describe('The payment page, for one payment until expires_at. Null in events.')),
  qr_code: z.nullable(z.string()).check(z.describe('The url as a QR code: the text of an SVG image. Null in events.')),
  success_url: z.url(),
  cancel_url: z.nullable(z.url()),
  locale: z.nullable(z.enum(['ja', 'en'])).check(z.describe('Null for the language of the shopper’s browser.')),
  description: z.nullable(z.string()),
  metadata: z.record(z.string(), z.string()),
  payments: z.int().check(z.gte(0), z.describe('Payments that were tried, the one under way included.')),
  charge: z.nullable(idOf('ch')).check(z.describe('Of the newest payment; what paid the session, once it is paid.')),
  canceled_because: z
    .nullable(z.enum(['merchant', 'payments_used_up']))
    .check(z.describe('Closed by you, or by the last payment it allowed.')),
  created_at: timeSchema(),
  expires_at: timeSchema().check(z.describe('From then on no payment can begin.')),
});

/** For the payment page, so without anything that helps to test stolen cards. */
export const CheckoutPaymentSchema = z.object({
  object: z.literal('checkout_payment'),
  checkout_session: idOf('cs'),
  outcome: z
    .enum(['paid', 'refused', 'processing'])
    .check(z.describe('Refused: no money has moved. Only the charge, which the merchant reads, says why.')),
  session_status: z
    .enum(['open', 'processing', 'paid', 'expired', 'canceled'])
    .check(z.describe('Open: another card may be tried.')),
  payments_left: z.int().check(z.gte(0)),
});

export type CheckoutSessionView = z.infer<typeof CheckoutSessionSchema>;
export type CheckoutPaymentView = z.infer<typeof CheckoutPaymentSchema>;
