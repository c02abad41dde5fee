/** The form of forwards in responses (shared/base/responses.ts says how it is used). */
import * as z from 'zod/mini';
import { ErrorCodeSchema, idOf, sentToSchema, timeSchema } from '../../base/responses.ts';
import { SourceSchema } from '../../vault/responses.ts';

/** The destination's response, masked. */
const ForwardResponseSchema = z.object({
  status: z.int().check(z.describe('The destination’s HTTP status.')),
  headers: z.record(z.string(), z.string()).check(z.describe('The content type, Retry-After and request ids.')),
  body: z.nullable(z.string()).check(z.describe('With card data and secrets masked; null where it was withheld.')),
  withheld: z
    .nullable(z.enum(['too_large', 'not_text', 'card_data', 'event']))
    .check(z.describe('Why the body was withheld; event: in events, it is read with GET /v1/forward/{forward_id}.')),
});

export const ForwardSchema = z.object({
  object: z.literal('forward'),
  id: idOf('fwd'),
  status: z
    .enum(['processing', 'done', 'failed', 'unknown'])
    .check(
      z.describe(
        'Done: the destination responded, with any status. Failed: nothing was sent. Unknown: it may have arrived, and is never sent again.',
      ),
    ),
  destination: z.string(),
  source: SourceSchema,
  sent_to: sentToSchema(),
  response: z.nullable(ForwardResponseSchema),
  failure_code: z
    .nullable(
      z.union([
        ErrorCodeSchema,
        z.enum([
          'url_refused',
          'address_refused',
          'name_unresolved',
          'certificate_invalid',
          'connection_failed',
          'timed_out',
          'interrupted',
        ]),
      ]),
    )
    .check(z.describe('Why there is no response.')),
  created_at: timeSchema(),
});

export type ForwardView = z.infer<typeof ForwardSchema>;
export type ForwardResponse = z.infer<typeof ForwardResponseSchema>;
