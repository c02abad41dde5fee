/**
 * A honey record: a stored card or one-time token that no merchant uses, planted so that any touch of it betrays someone
 * who should not be there. In the tables it is like any other; only this list tells it apart.
 */
import * as z from 'zod/mini';

const timeMs = z.number().check(z.nonnegative());

export const HoneyRecord = z.strictObject({
  kind: z.enum(['card', 'token']),
  /** As encryption contexts and tables name it: a card's id, or the SHA-256 of a token. */
  record: z.string().check(z.minLength(1), z.maxLength(100)),
  /** Planting touches it too; from here on nobody should. */
  quiet_from_ms: timeMs,
  /** Of a token, when the sweep will erase it, by its one write. */
  expires_at_ms: z.optional(timeMs),
});

export type HoneyRecord = z.infer<typeof HoneyRecord>;
