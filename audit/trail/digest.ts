/**
 * One digest file: its fields, parsed from untrusted bytes, the signed string, and the signature check
 * (RSASSA-PKCS1-v1_5 with SHA-256). Source: AWS CloudTrail user guide, "Custom implementations of CloudTrail log file
 * integrity validation"; compared with `aws cloudtrail validate-logs`.
 */
import { type KeyObject, verify } from 'node:crypto';
import * as z from 'zod';

const MAX_LOG_FILES = 100_000;

const text = z.string().min(1).max(2_048);
const time = z.iso.datetime({ offset: true }).transform((value) => ({ text: value, ms: Date.parse(value) }));
const hex = z
  .string()
  .regex(/^(?:[0-9a-f]{2})+$/i)
  .max(2_048);

const logFileSchema = z.object({
  s3Bucket: text,
  s3Object: text,
  hashValue: text,
  oldestEventTime: time.nullish().catch(undefined),
  newestEventTime: time.nullish().catch(undefined),
});

// The members that AWS’s validator requires or reads; it reads no names of algorithms.
const digestSchema = z.object({
  digestStartTime: time,
  digestEndTime: time,
  digestS3Bucket: text,
  digestS3Object: text,
  digestPublicKeyFingerprint: text,
  previousDigestS3Bucket: text.nullish(),
  previousDigestS3Object: text.nullish(),
  previousDigestHashValue: text.nullish(),
  previousDigestSignature: hex.nullable(),
  logFiles: z.array(logFileSchema).max(MAX_LOG_FILES),
});

export type Digest = z.infer<typeof digestSchema>;

const ALGORITHM = 'signature-algorithm';
const GENERATED = 'backfill-generation-timestamp';
const metadataSchema = z.object({ signature: hex, [ALGORITHM]: text, [GENERATED]: text.optional() });

/** What an object's metadata says of a digest. */
interface KeptMetadata {
  /** In hex; undefined where signature or algorithm is missing. */
  readonly signature: string | undefined;
  readonly hasGenerationTime: boolean;
}

export function parseDigest(bytes: Buffer): Digest | undefined {
  try {
    return digestSchema.safeParse(JSON.parse(bytes.toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** Reads the object's metadata (`x-amz-meta-signature` and others); undefined where it says nothing of a signature. */
export function readMetadata(metadata: unknown): KeptMetadata | undefined {
  const isSilent =
    typeof metadata !== 'object' || metadata === null || !('signature' in metadata || ALGORITHM in metadata);
  if (isSilent) return undefined;
  const kept = metadataSchema.safeParse(metadata).data;
  return { signature: kept?.signature, hasGenerationTime: kept?.[GENERATED] !== undefined };
}

/** The string CloudTrail signs: end time, location, SHA-256 of the uncompressed digest, and the previous signature. */
function stringToSign(digest: Digest, sha256: string): string {
  const location = `${digest.digestS3Bucket}/${digest.digestS3Object}`;
  return [digest.digestEndTime.text, location, sha256, digest.previousDigestSignature ?? 'null'].join('\n');
}

export function signatureIsValid(digest: Digest, sha256: string, signatureHex: string, key: KeyObject): boolean {
  // A public key and a signature are not secret, so the comparison need not be constant-time.
  return verify('sha256', Buffer.from(stringToSign(digest, sha256)), key, Buffer.from(signatureHex, 'hex'));
}
