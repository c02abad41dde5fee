/**
 * Digest files as pure functions: their content, the signed text and the signing key. Each digest lists the log files
 * of its period with their hashes, and the previous digest with its hash and signature, so that no file of the chain
 * can be changed, removed or reordered without notice. Source: CloudTrail user guide, "CloudTrail digest file
 * structure"; the signed text is that of aws-cli's validation.py.
 */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Account } from '../template/resolve.ts';
import { trailTime } from './record.ts';

export interface LogFileEntry {
  readonly s3Bucket: string;
  readonly s3Object: string;
  /** SHA-256 of the uncompressed file, in hexadecimal. */
  readonly hashValue: string;
  readonly hashAlgorithm: 'SHA-256';
  readonly newestEventTime: string;
  readonly oldestEventTime: string;
}

/** The previous digest: its place, hash and signature. */
interface PreviousDigest {
  readonly s3Object: string;
  readonly hashValue: string;
  readonly signature: string;
}

export interface DigestSigningKey {
  readonly privateKeyPem: string;
  /** PKCS#1 DER of the public key, as ListPublicKeys returns it. */
  readonly publicKey: Buffer;
  readonly fingerprint: string;
}

export interface WrittenDigest {
  readonly s3Object: string;
  readonly body: string;
  readonly hashValue: string;
  readonly signature: string;
}

export interface DigestInput {
  readonly account: Account;
  readonly trailName: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly previous: PreviousDigest | null;
  readonly logFiles: readonly LogFileEntry[];
  readonly key: DigestSigningKey;
}

export const SIGNATURE_ALGORITHM = 'SHA256withRSA';

export const sha256Hex = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

export function newSigningKeyPem(): string {
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
}

/** The fingerprint is the MD5 of the public key's PKCS#1 bytes; it only names a key. */
export function signingKey(privateKeyPem: string): DigestSigningKey {
  const publicKey = createPublicKey(createPrivateKey(privateKeyPem)).export({ type: 'pkcs1', format: 'der' });
  return { privateKeyPem, publicKey, fingerprint: createHash('md5').update(publicKey).digest('hex') };
}

/** `2026/11/23` and `20261123T081500Z`, the two forms of a time in object keys. */
export const datePath = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10).replaceAll('-', '/');
export const compactTime = (epochMs: number): string => trailTime(epochMs).replaceAll(/[-:]/g, '');

export function digestObjectKey({
  account,
  trailName,
  prefix,
  endMs,
}: Omit<DigestInput, 'previous' | 'logFiles' | 'key'>): string {
  const { accountId, region } = account;
  const folder = `${prefix}AWSLogs/${accountId}/CloudTrail-Digest/${region}/${datePath(endMs)}`;
  return `${folder}/${accountId}_CloudTrail-Digest_${region}_${trailName}_${region}_${compactTime(endMs)}.json.gz`;
}

export function makeDigest(input: DigestInput): WrittenDigest {
  const { account, bucket, startMs, endMs, previous, logFiles, key } = input;
  const s3Object = digestObjectKey(input);
  const times = logFiles.flatMap(({ oldestEventTime, newestEventTime }) => [oldestEventTime, newestEventTime]).sort();
  const body = JSON.stringify({
    awsAccountId: account.accountId,
    digestStartTime: trailTime(startMs),
    digestEndTime: trailTime(endMs),
    digestS3Bucket: bucket,
    digestS3Object: s3Object,
    digestPublicKeyFingerprint: key.fingerprint,
    digestSignatureAlgorithm: SIGNATURE_ALGORITHM,
    newestEventTime: times.at(-1) ?? null,
    oldestEventTime: times[0] ?? null,
    previousDigestS3Bucket: previous && bucket,
    previousDigestS3Object: previous?.s3Object ?? null,
    previousDigestHashValue: previous?.hashValue ?? null,
    previousDigestHashAlgorithm: previous && 'SHA-256',
    previousDigestSignature: previous?.signature ?? null,
    logFiles,
  });
  const hashValue = sha256Hex(body);
  const text = stringToSign(trailTime(endMs), `${bucket}/${s3Object}`, hashValue, previous?.signature ?? null);
  const signature = sign('sha256', Buffer.from(text), key.privateKeyPem).toString('hex');
  return { s3Object, body, hashValue, signature };
}

/**
 * The four lines that a digest's signature covers; the first digest of a trail has `null` for the previous signature.
 */
const stringToSign = (endTime: string, path: string, hash: string, previousSignature: string | null): string =>
  [endTime, path, hash, previousSignature ?? 'null'].join('\n');
