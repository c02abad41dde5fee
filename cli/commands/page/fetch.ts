/** Fetches public pages for `fuda page check` and `fuda page compare`. Redirects are shown, not followed. */
import {
  type IncomingResponse,
  makeSafeFetch,
  readOutgoingUrl,
  resolveByDns,
} from '../../../shared/base/net/safe-fetch.ts';
import { UsageError } from '../../core/command.ts';

const TIMEOUT_MS = 15_000;
const RESPONSE_BYTES_MAX = 5_000_000;

/** Allows 127.0.0.1 too, for pages of the local runtime. */
export const send = makeSafeFetch({ resolve: resolveByDns, dangerouslyAllowLoopback: true });

export function readUrl(text: string): string {
  try {
    return readOutgoingUrl(text).href;
  } catch {
    throw new UsageError('<url> must be an address such as https://shop.example/checkout.');
  }
}

export const getPage = (url: string): Promise<IncomingResponse> =>
  send({
    url,
    method: 'GET',
    headers: { accept: 'text/html,*/*;q=0.8', 'user-agent': 'Mozilla/5.0 (fuda page check)' },
    timeoutMs: TIMEOUT_MS,
    responseBytesMax: RESPONSE_BYTES_MAX,
  });
