/** The part of the destination's response that the merchant sees: a few headers, and the body masked or withheld. */
import type { IncomingResponse } from '../../base/net/safe-fetch.ts';
import type { Masker } from './mask.ts';
import type { ForwardResponse } from './responses.ts';

/** Kept in the record, so it bounds the size of an item (DynamoDB: 400 KB). */
export const RESPONSE_BYTES_MAX = 64 * 1024;
const HEADER_LENGTH_MAX = 300;
const HEADERS = ['content-type', 'retry-after', 'request-id', 'x-request-id', 'x-correlation-id'] as const;

export function readResponse({ status, headers, body, isCut }: IncomingResponse, mask: Masker): ForwardResponse {
  const shown = HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    const masked = typeof value === 'string' && value.length <= HEADER_LENGTH_MAX ? mask(value) : null;
    return masked === null ? [] : [[name, masked]];
  });
  return { status, headers: Object.fromEntries(shown), ...shownBody(body, isCut, headers['content-encoding'], mask) };
}

function shownBody(
  body: Buffer,
  isCut: boolean,
  encoding: string | undefined,
  mask: Masker,
): Pick<ForwardResponse, 'body' | 'withheld'> {
  // No search finds half a card number at the cut.
  if (isCut) return { body: null, withheld: 'too_large' };
  const isPlain = encoding === undefined || encoding === 'identity';
  const text = isPlain ? decode(body) : null;
  if (text === null) return { body: null, withheld: 'not_text' };
  const masked = mask(text);
  return masked === null ? { body: null, withheld: 'card_data' } : { body: masked, withheld: null };
}

function decode(body: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return null;
  }
}
