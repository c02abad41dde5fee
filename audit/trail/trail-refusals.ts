/** Explains a failed call to S3 or CloudTrail in one sentence that says what to do. */
import { TrailError } from './trail-error.ts';

/** By the error's name; S3 gives HeadObject no body, hence the bare statuses. */
const SENTENCES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'there is no bucket of that name',
  NoSuchKey: 'an object was listed and is gone now; run the audit again',
  NotFound: 'an object was listed and is gone now; run the audit again',
  AccessDenied:
    'S3 refused: these credentials need s3:ListBucket and s3:GetObject on the trail’s bucket, and kms:Decrypt on its key',
  Forbidden: 'S3 refused: these credentials need s3:GetObject on the trail’s bucket, and kms:Decrypt on its key',
  403: 'S3 refused: these credentials need s3:GetObject on the trail’s bucket, and kms:Decrypt on its key',
  AccessDeniedException: 'CloudTrail refused: these credentials need cloudtrail:ListPublicKeys',
  PermanentRedirect: 'the bucket is in another Region; name that Region',
  PreconditionFailed: 'an object changed while it was read, which Object Lock should make impossible',
  TimeoutError: 'AWS did not respond in time',
  AbortError: 'an object took longer than two minutes to read',
  SlowDown: 'S3 asks for fewer requests; run the audit later',
};

/** Returns unknown errors as they are: a bug, or one that explains itself (no credentials, no network). */
export function explainS3(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const sentence = SENTENCES[error.name];
  return sentence === undefined ? error : new TrailError(sentence, { cause: error });
}
