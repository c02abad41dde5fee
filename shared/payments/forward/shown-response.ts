/** The part of the destination's response that the merchant sees: a few headers, and the body masked or withheld. */
import { MIMEType } from 'node:util';
import type { IncomingResponse } from '../../base/net/safe-fetch.ts';
import type { Masker } from './mask.ts';
import type { ForwardResponse } from './responses.ts';

/** Kept in the record, so it bounds the size of an item (DynamoDB: 400 KB). */
export const RESPONSE_BYTES_MAX = 64 * 1024;
const HEADER_LENGTH_MAX = 300;
const HEADERS = ['content-type', 'retry-after', 'request-id', 'x-request-id', 'x-correlation-id'] as const;
/** Others are in no charset that is declared. */
const HEADER_VALUE = /^[\x20-\x7e]*$/;
/**
 * Charsets in which ASCII stands for itself and only for itself, by their names of the WHATWG Encoding Standard. In others,
 * such as UTF-7 and ISO-2022-JP, the same bytes are another text.
 */
const CHARSETS: readonly string[] = ['utf-8', 'windows-1252', 'shift_jis', 'euc-jp'];
/** Controls other than white space: binary bytes and UTF-16 have them, and text does not. */
const CONTROLS = /[^\P{Cc}\t\n\v\f\r]/u;

export function readResponse({ status, headers, body, isCut }: IncomingResponse, mask: Masker): ForwardResponse {
  const shown = HEADERS.flatMap((name): [string, string][] => {
    const value = headers[name];
    const isShown = typeof value === 'string' && value.length <= HEADER_LENGTH_MAX && HEADER_VALUE.test(value);
    const masked = isShown ? mask(value) : null;
    return masked === null ? [] : [[name, masked]];
  });
  return { status, headers: Object.fromEntries(shown), ...shownBody(body, isCut, headers, mask) };
}

function shownBody(
  body: Buffer,
  isCut: boolean,
  headers: IncomingResponse['headers'],
  mask: Masker,
): Pick<ForwardResponse, 'body' | 'withheld'> {
  // No search finds half a card number at the cut.
  if (isCut) return { body: null, withheld: 'too_large' };
  const encoding = headers['content-encoding'] ?? 'identity';
  const text = encoding === 'identity' ? textOf(body, charsetOf(headers['content-type'])) : null;
  if (text === null) return { body: null, withheld: 'not_text' };
  const masked = mask(text);
  return masked === null ? { body: null, withheld: 'card_data' } : { body: masked, withheld: null };
}

/** Null for a charset in which a text cannot be searched. A response that names no type is UTF-8 or no text. */
function charsetOf(contentType: string | undefined): string | null {
  if (contentType === undefined) return 'utf-8';
  try {
    const { encoding } = new TextDecoder(new MIMEType(contentType).params.get('charset') ?? 'utf-8');
    return CHARSETS.includes(encoding) ? encoding : null;
  } catch {
    return null;
  }
}

/** As UTF-8 where it is valid UTF-8, else in the declared charset; null for binary. */
function textOf(body: Buffer, charset: string | null): string | null {
  if (charset === null) return null;
  const text = decode(body, 'utf-8') ?? decode(body, charset);
  return text === null || CONTROLS.test(text) ? null : text;
}

function decode(body: Buffer, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return null;
  }
}
