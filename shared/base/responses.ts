/**
 * Schemas that all responses share. Each noun keeps the schemas of its responses in its `responses.ts`: they type what
 * its verbs return, and shared/api describes them for callers. Deployed code imports them as types only, so no bundle
 * carries them.
 */
import * as z from 'zod/mini';
import { ERRORS, type ErrorCode } from './errors.ts';
import type { IdPrefix } from './ids.ts';

/** An id as shared/base/ids.ts makes it. */
export const idOf = (prefix: IdPrefix) => z.string().check(z.regex(new RegExp(`^${prefix}_[a-z2-7]{26}$`)));

/** RFC 3339 in UTC with milliseconds. */
export const timeSchema = () => z.iso.datetime({ precision: 3 });

/** Where the card of a live charge or forward went. */
export const sentToSchema = () =>
  z
    .nullable(
      z.object({
        destination: z.string().check(z.describe('The name of the deployed destination.')),
        receivers: z
          .readonly(z.array(z.string()))
          .check(
            z.describe(
              'Kind, host, port and account, as the deployment names them: processor/api.psp.example/443/sha256-….',
            ),
          ),
      }),
    )
    .check(z.describe('Where the card was sent, recorded before it was decrypted. Null for a test card.'));

export const amountSchema = () => z.int().check(z.gte(0));

/** One page of a list, newest first. */
export const pageOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    next_cursor: z
      .nullable(z.string())
      .check(z.describe('Where the next page begins: send it as cursor. Null on the last page.')),
  });

export const ErrorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]);

/** RFC 9457. */
export const ProblemSchema = z.object({
  type: z.string().check(z.regex(/^urn:fuda:error:[a-z_]+$/), z.describe('The code as a URN.')),
  title: z.string().check(z.describe('What happened, for people; may change.')),
  status: z.int().check(z.gte(400), z.lte(599), z.describe('The HTTP status.')),
  detail: z.string().check(z.describe('What to do next, for people; may change.')),
  code: ErrorCodeSchema.check(z.describe('What to decide by.')),
  param: z.optional(
    z
      .string()
      .check(
        z.describe('The field at fault in dotted form, such as card.number or Idempotency-Key, where there is one.'),
      ),
  ),
  spent_by: z.optional(
    z.string().check(z.describe('With token_spent: the charge, forward or card that spent the token.')),
  ),
  charge: z.optional(idOf('ch').check(z.describe('The charge that records this refusal, or that an operation met.'))),
  difficulty_bits: z.optional(
    z.int().check(z.gte(1), z.lte(20), z.describe('With proof_required: how many zero bits the proof must show.')),
  ),
  request_id: z.string().check(z.describe('What to report; it finds the request in the vault’s logs.')),
});
