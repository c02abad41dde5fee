/**
 * The requests of the local KMS, validated like AWS KMS does: lengths in bytes, and errors that name the member but
 * mask its value. Source: KMS API reference.
 */
import { z } from 'zod';
import { AwsError } from '../base/aws-error.ts';

const MAX_PLAINTEXT_BYTES = 4096;
const MAX_CIPHERTEXT_BYTES = 6144;

const blob = (maxBytes: number) =>
  z
    .base64()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((bytes) => bytes.length >= 1, { message: 'Member must have length greater than or equal to 1' })
    .refine((bytes) => bytes.length <= maxBytes, {
      message: `Member must have length less than or equal to ${maxBytes}`,
    });

const KeyId = z.string().min(1).max(2048);
const Context = z.record(z.string(), z.string()).default({});
const Algorithm = z.literal('SYMMETRIC_DEFAULT').default('SYMMETRIC_DEFAULT');
const MacAlgorithm = z.literal('HMAC_SHA_256');

const REQUESTS = {
  Encrypt: z.object({
    KeyId,
    Plaintext: blob(MAX_PLAINTEXT_BYTES),
    EncryptionContext: Context,
    EncryptionAlgorithm: Algorithm,
  }),
  Decrypt: z.object({
    KeyId: KeyId.optional(),
    CiphertextBlob: blob(MAX_CIPHERTEXT_BYTES),
    EncryptionContext: Context,
    EncryptionAlgorithm: Algorithm,
  }),
  ReEncrypt: z.object({
    CiphertextBlob: blob(MAX_CIPHERTEXT_BYTES),
    SourceKeyId: KeyId.optional(),
    SourceEncryptionContext: Context,
    SourceEncryptionAlgorithm: Algorithm,
    DestinationKeyId: KeyId,
    DestinationEncryptionContext: Context,
    DestinationEncryptionAlgorithm: Algorithm,
  }),
  GenerateMac: z.object({ KeyId, Message: blob(MAX_PLAINTEXT_BYTES), MacAlgorithm }),
  VerifyMac: z.object({ KeyId, Message: blob(MAX_PLAINTEXT_BYTES), Mac: blob(MAX_CIPHERTEXT_BYTES), MacAlgorithm }),
  DescribeKey: z.object({ KeyId }),
} as const;

export type KmsOperation = keyof typeof REQUESTS;
export type RequestOf<Name extends KmsOperation> = z.infer<(typeof REQUESTS)[Name]>;

export const isOperation = (name: string): name is KmsOperation => Object.hasOwn(REQUESTS, name);

/** The parsed request. Throws a ValidationException with AWS's sentence and none of the caller's values. */
export function parseRequest<Name extends KmsOperation>(name: Name, body: unknown): RequestOf<Name> {
  const parsed = REQUESTS[name].safeParse(body);
  if (parsed.success) return parsed.data as RequestOf<Name>;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const member = String(path[0] ?? 'request');
    const constraint = message.startsWith('Member must') ? message : 'Member must satisfy the documented form';
    return `Value at '${member.charAt(0).toLowerCase()}${member.slice(1)}' failed to satisfy constraint: ${constraint}`;
  });
  const count = problems.length;
  throw new AwsError(
    'ValidationException',
    `${count} validation error${count > 1 ? 's' : ''} detected: ${problems.join('; ')}`,
  );
}
