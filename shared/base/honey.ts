/**
 * A honey record: a planted card or token that no merchant uses, so that any use of it shows an intruder. In the tables
 * it looks like every other record; only the sealed list tells which they are.
 */
import * as z from 'zod/mini';

const timeMs = z.number().check(z.nonnegative());

export const HoneyRecord = z.strictObject({
  kind: z.enum(['card', 'token']),
  /** As encryption contexts and tables name it: a card's id, or the SHA-256 of a token. */
  record: z.string().check(z.minLength(1), z.maxLength(100)),
  /** Planting uses the record too, so only later uses are reported. */
  quiet_from_ms: timeMs,
  /** When the sweep erases a token, which is a write that must not be reported. */
  expires_at_ms: z.optional(timeMs),
});

export type HoneyRecord = z.infer<typeof HoneyRecord>;
