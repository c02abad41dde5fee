/**
 * What this machine never does: keys and tables lie here as plain files, so live keys are refused before any function
 * runs, and requests that a web page elsewhere steered to this address by DNS are refused by their Host.
 */
import { ERRORS } from '../shared/base/errors.ts';
import type { GatewayAnswer } from './gateway/event.ts';

export interface GuardedRequest {
  /** Path and query as sent. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly host: string | undefined;
  readonly requestId: string;
}

const LIVE_KEY = /[ps]k_live_/;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\]|[a-z0-9-]+\.localhost)(:\d+)?$/i;

/** The refusal, or null for a request that may go on. */
export function guard({ url, authorization, host, requestId }: GuardedRequest): GatewayAnswer | null {
  if (host === undefined || !LOCAL_HOST.test(host))
    return problem(421, 'Not an address of this machine.', {}, requestId);
  if (LIVE_KEY.test(authorization ?? '') || LIVE_KEY.test(url)) {
    const { status, title, next } = ERRORS.live_mode_refused;
    return problem(status, title, { code: 'live_mode_refused', detail: next }, requestId);
  }
  return null;
}

function problem(status: number, title: string, more: Record<string, string>, requestId: string): GatewayAnswer {
  return {
    status,
    headers: [
      ['Content-Type', 'application/problem+json'],
      ['Cache-Control', 'no-store'],
    ],
    body: Buffer.from(JSON.stringify({ type: 'about:blank', title, status, ...more, request_id: requestId })),
  };
}
