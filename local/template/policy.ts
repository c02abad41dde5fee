/** The shape of an IAM policy document, validated only as far as the runtime reads it. */
import { z } from 'zod';

const Statement = z.looseObject({
  Effect: z.enum(['Allow', 'Deny']),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});

export const PolicyDocument = z.looseObject({
  Version: z.string().default('2008-10-17'),
  Statement: z.union([Statement, z.array(Statement)]).transform((given) => (Array.isArray(given) ? given : [given])),
});

export type PolicyDocument = z.infer<typeof PolicyDocument>;
