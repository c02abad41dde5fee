/**
 * Requests that the local vault refuses. Keys and tables are plain files here, so live keys are refused before any
 * function runs. The Host header must be local, because a web page elsewhere can direct requests to this address by
 * DNS.
 */
import { type ErrorCode, VaultError } from '../../shared/base/errors.ts';
import { problem } from '../../shared/base/problem.ts';
import { type GatewayResponse, splitAddress } from './event.ts';

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
  const isLive = [authorization ?? '', url, ...splitAddress(url).query.flat()].some((text) => LIVE_KEY.test(text));
  return isLive ? refusal('live_mode_refused', requestId) : null;
}

/** A refusal in the vault's own form, of what reaches no function. */
export function refusal(code: ErrorCode, requestId: string): GatewayResponse {
  const { statusCode, headers, body } = problem(new VaultError(code), requestId);
  return {
    status: statusCode,
    headers: Object.entries(headers).map(([name, value]) => [name, value] as const),
    body: Buffer.from(body),
  };
}
