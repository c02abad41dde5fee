/**
 * Verifies AWS Signature Version 4 as a service does, so that an access key id alone gives no access. The age of a
 * signature is not checked, because on loopback no third party could replay it. Source: IAM user guide, "Create a
 * signed AWS API request".
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsError } from '../base/aws-error.ts';
import type { Credentials } from '../iam/principal.ts';

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Authorization {
  readonly accessKeyId: string;
  /** date/region/service/aws4_request */
  readonly scope: readonly string[];
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/;

/** Finds the credentials that the request names and verifies its signature with their secret. */
export function authenticate<Known extends { readonly credentials: Credentials }>(
  request: SignedRequest,
  find: (accessKeyId: string) => Known | undefined,
): Known {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const authorization = parseAuthorization(header);
  const known = find(authorization.accessKeyId);
  const token = request.headers['x-amz-security-token'];
  if (!known || known.credentials.sessionToken !== token) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  const expected = signatureOf(request, authorization, known.credentials.secretAccessKey);
  if (!timingSafeEqual(expected, Buffer.from(authorization.signature, 'hex'))) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return known;
}

function parseAuthorization(header: string): Authorization {
  const [, accessKeyId, scope, signedHeaders, signature] = AUTHORIZATION.exec(header) ?? [];
  if (accessKeyId === undefined || scope === undefined || signedHeaders === undefined || signature === undefined) {
    throw new AwsError('IncompleteSignatureException', 'The Authorization header is not a Signature Version 4.');
  }
  return { accessKeyId, scope: scope.split('/'), signedHeaders: signedHeaders.split(';'), signature };
}

function signatureOf(request: SignedRequest, { scope, signedHeaders }: Authorization, secret: string): Buffer {
  const [path = '/', query = ''] = request.path.split('?');
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request.headers[name])}\n`);
  const canonical = [
    request.method,
    path,
    query.split('&').sort().join('&'),
    headers.join(''),
    signedHeaders.join(';'),
    payloadHash(request),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', headerValue(request.headers['x-amz-date']), scope.join('/'), sha256(canonical)];
  const key = scope.reduce<Buffer | string>((previous, part) => hmac(previous, part), `AWS4${secret}`);
  return hmac(key, text.join('\n'));
}

/** S3 signs the hash from its own header, which must be the body's. */
function payloadHash({ headers, body }: SignedRequest): string {
  const actual = sha256(body);
  const stated = headers['x-amz-content-sha256'];
  if (stated === undefined || stated === actual) return actual;
  throw new AwsError('XAmzContentSHA256Mismatch', 'The provided hash does not match what was computed.');
}

const headerValue = (value: string | string[] | undefined): string =>
  [value ?? ''].flat().join(',').trim().replaceAll(/\s+/g, ' ');

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');
const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
