/**
 * One digest file: its fields, parsed from untrusted bytes, the signed string, and the signature check
 * (RSASSA-PKCS1-v1_5 with SHA-256). Source: AWS CloudTrail user guide, "Custom implementations of CloudTrail log file
 * integrity validation"; compared with `aws cloudtrail validate-logs`.
 */
import { type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';

const MAX_LOG_FILES = 100_000;

const text = z.string().min(1).max(2_048);
const time = z.iso.datetime().transform((value) => ({ text: value, ms: Date.parse(value) }));
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})+$/i)
  .max(2_048);

const logFileSchema = z.object({
  s3Bucket: text,
  s3Object: text,
  hashValue: hex,
  hashAlgorithm: z.literal('SHA-256'),
  oldestEventTime: time.nullish().catch(undefined),
  newestEventTime: time.nullish().catch(undefined),
});

const digestSchema = z.object({
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: text,
  digestS3Object: text,
  digestPublicKeyFingerprint: text,
  digestSignatureAlgorithm: z.literal('SHA256withRSA'),
  previousDigestS3Bucket: text.nullable(),
  previousDigestS3Object: text.nullable(),
  previousDigestHashValue: hex.nullable(),
  previousDigestSignature: hex.nullable(),
  logFiles: z.array(logFileSchema).max(MAX_LOG_FILES),
});

export type Digest = z.infer<typeof digestSchema>;

const metadataSchema = z.object({ signature: hex });

export function parseDigest(bytes: Buffer): Digest | undefined {
  try {
    return digestSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** The hex signature from the object's metadata (`x-amz-meta-signature`); undefined when there is none. */
export const signatureOf = (metadata: unknown): string | undefined =>
  metadataSchema.safeParse(metadata).data?.signature;

/** The string CloudTrail signs: end time, location, SHA-256 of the uncompressed digest, and the previous signature. */
function stringToSign(digest: Digest, sha256: string): string {
  const location = `${digest.digestS3Bucket}/${digest.digestS3Object}`;
  return [digest.digestEndTime.text, location, sha256, digest.previousDigestSignature ?? 'null'].join('\n');
}

export function signatureIsValid(digest: Digest, sha256: string, signatureHex: string, key: KeyObject): boolean {
  // A public key and a signature are not secret, so the comparison need not be constant-time.
  return verify('sha256', Buffer.from(stringToSign(digest, sha256)), key, Buffer.from(signatureHex, 'hex'));
}
