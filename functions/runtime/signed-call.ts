/**
 * Signed requests to AWS with `fetch`, for the two services of which a function needs one operation: their clients are
 * larger than the rest of a function including KMS's client.
 */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Deps } from '../../shared/base/deps.ts';

interface SignedCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
}

/** `endpoint`: of the service, in the function's Region. */
export function signedCaller(
  { clock, dynamodb }: Deps,
  service: 'lambda' | 'ssm',
  endpoint: string,
): (call: SignedCall) => Promise<Response> {
  const { credentials, region, sha256 } = dynamodb.config;
  const signer = new SignatureV4({ service, credentials, region, sha256 });
  return async ({ path, headers, body, timeoutMs }) => {
    const url = new URL(path, endpoint);
    const { protocol, hostname, host, pathname } = url;
    const request = { method: 'POST', protocol, hostname, path: pathname, headers: { host, ...headers }, body };
    const signed = await signer.sign(request, { signingDate: new Date(clock.nowMs()) });
    // `fetch` sets the host header itself.
    const { host: _host, ...rest } = signed.headers;
    return fetch(url, {
      method: 'POST',
      headers: rest,
      body,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
  };
}
