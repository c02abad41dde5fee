/** The form of capture keys in responses (shared/base/responses.ts says how it is used). */
import * as z from 'zod/mini';

export const CaptureKeysSchema = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: z.string(),
        y: z.string(),
        kid: z.string().check(z.regex(/^ck_[a-z2-7]{16}$/)),
        use: z.literal('enc'),
        alg: z.literal('ECDH-ES'),
      }),
    )
    .check(z.describe('Public keys (RFC 7517), newest first. Encrypt to the first.')),
  server_time_ms: z.int().check(z.describe('The vault’s time in milliseconds since 1970, to date cards by.')),
});

export type CaptureKeysView = z.infer<typeof CaptureKeysSchema>;
