/** The form of forwards in responses (shared/base/answers.ts says how it is used). */
import * as z from 'zod/mini';
import { ErrorCodeAnswer, idOf, timeAnswer } from '../../base/answers.ts';
import { SourceAnswer } from '../../vault/answers.ts';

/** The destination's response, masked. */
const ForwardResponseAnswer = z.object({
  status: z.int().check(z.describe('The destination’s HTTP status.')),
  headers: z.record(z.string(), z.string()).check(z.describe('The content type, Retry-After and request ids.')),
  body: z.nullable(z.string()).check(z.describe('With card data and secrets masked; null where it was withheld.')),
  withheld: z
    .nullable(z.enum(['too_large', 'not_text', 'card_data', 'event']))
    .check(z.describe('Why the body was withheld; event: in events, it is read with GET /v1/forward/{forward_id}.')),
});

export const ForwardAnswer = z.object({
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
  source: SourceAnswer,
  response: z.nullable(ForwardResponseAnswer),
  failure_code: z
    .nullable(
      z.union([
        ErrorCodeAnswer,
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
    .check(z.describe('Why there is no answer.')),
  created_at: timeAnswer(),
});

export type ForwardView = z.infer<typeof ForwardAnswer>;
export type ForwardResponse = z.infer<typeof ForwardResponseAnswer>;
