/**
 * Requests that the local vault refuses. Keys and tables are plain files here, so live keys are refused before any
 * function runs. The Host header must be local, because a web page elsewhere can direct requests to this address by
 * DNS.
 */
import { VaultError } from '../../shared/base/errors.ts';
import { problem } from '../../shared/base/problem.ts';
import type { GatewayResponse } from './event.ts';

export interface GuardedRequest {
  /** Path and query as sent. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly requestId: string;
}

const LIVE_KEY = /[ps]k_live_/;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\]|[a-z0-9-]+\.localhost)(:\d+)?$/i;

/** The refusal, or null for an accepted request. */
export function guard({ url, authorization, host, requestId }: GuardedRequest): GatewayResponse | null {
  if (host === undefined || !LOCAL_HOST.test(host)) {
    return {
      status: 421,
      headers: [['Content-Type', 'text/plain']],
      body: Buffer.from('Not an address of this machine.'),
    };
  }
  if (!LIVE_KEY.test(authorization ?? '') && !LIVE_KEY.test(url)) return null;
  const { statusCode, headers, body } = problem(new VaultError('live_mode_refused'), requestId);
  return {
    status: statusCode,
    headers: Object.entries(headers).map(([name, value]) => [name, value] as const),
    body: Buffer.from(body),
  };
}
