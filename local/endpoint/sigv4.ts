/**
 * Verifies AWS Signature Version 4 as a service does, so that an access key id alone gives no access: signs the request
 * again with the caller's secret and compares. The age of a signature is not checked, because on loopback no third party
 * could replay it. Source: IAM user guide, "Create a signed AWS API request".
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { AwsError } from '../base/aws-error.ts';
import type { Credentials } from '../iam/principal.ts';

export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

interface Signing {
  readonly region: string;
  readonly service: string;
  readonly credentials: Credentials;
  readonly date: Date;
  /** Names of the signed headers. */
  readonly names: readonly string[];
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/,\s]+)\/\d{8}\/([^/,\s]+)\/([^/,\s]+)\/aws4_request, SignedHeaders=([^,\s]+), Signature=/;
const DATE = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/** Finds the credentials that the request names and verifies its signature with their secret. */
export async function identify<Known extends { readonly credentials: Credentials }>(
  request: SignedRequest,
  find: (accessKeyId: string) => Known | undefined,
): Promise<Known> {
  const header = request.headers.authorization;
  if (header === undefined) {
    throw new AwsError('MissingAuthenticationTokenException', 'Request is missing Authentication Token');
  }
  const [, accessKeyId = '', region = '', service = '', names = ''] = AUTHORIZATION.exec(header) ?? [];
  const date = new Date(String(request.headers['x-amz-date']).replace(DATE, '$1-$2-$3T$4:$5:$6Z'));
  if (names === '' || Number.isNaN(date.getTime())) {
    throw new AwsError('IncompleteSignatureException', 'The Authorization header is not a Signature Version 4.');
  }
  const known = find(accessKeyId);
  if (!known || known.credentials.sessionToken !== request.headers['x-amz-security-token']) {
    throw new AwsError('UnrecognizedClientException', 'The security token included in the request is invalid.');
  }
  // S3 signs the hash from this header instead of the body's.
  const stated = request.headers['x-amz-content-sha256'];
  if (stated !== undefined && stated !== createHash('sha256').update(request.body).digest('hex')) {
    throw new AwsError('XAmzContentSHA256Mismatch', 'The provided hash does not match what was computed.');
  }
  const signing = {
    region,
    service,
    names: names.split(';'),
    date,
    credentials: { ...known.credentials, accessKeyId },
  };
  const expected = Buffer.from(await authorizationOf(request, signing));
  const actual = Buffer.from(header);
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
    throw new AwsError(
      'InvalidSignatureException',
      'The request signature we calculated does not match the signature you provided.',
    );
  }
  return known;
}

/** The Authorization header that these credentials give the request. */
async function authorizationOf({ method, path, headers, body }: SignedRequest, by: Signing): Promise<string> {
  const [resource = '/', parameters] = path.split('?');
  const search = new URLSearchParams(parameters);
  const query = Object.fromEntries([...search.keys()].map((name) => [name, search.getAll(name)]));
  const covered = by.names.map((name) => [name, [headers[name] ?? ''].flat().join(',')]);
  const request = { method, protocol: 'http:', hostname: '127.0.0.1', path: resource, query, body };
  const signer = new SignatureV4({ ...by, sha256: Sha256, uriEscapePath: by.service !== 's3', applyChecksum: false });
  const signed = await signer.sign(
    { ...request, headers: Object.fromEntries(covered) },
    { signingDate: by.date, signableHeaders: new Set(by.names) },
  );
  return String(signed.headers.authorization);
}
