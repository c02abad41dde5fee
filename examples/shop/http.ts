/**
 * The shop's edge: strict headers on every response, small JSON bodies read with a limit and refused with unknown
 * fields, so that no page sends the shop a card number by mistake.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';

const BODY_LIMIT_BYTES = 4_096;

/** A refusal by the shop itself; `code` is for programs, the pages have words for people. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(code);
    this.status = status;
    this.code = code;
  }
}

/** Scripts and frames come from here and from the vault; nothing inline, nothing from anywhere else. */
export function securityHeaders(vaultOrigin: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${vaultOrigin}`,
    `frame-src ${vaultOrigin}`,
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ${vaultOrigin}`, // fuda.js asks there why a field did not load.
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    // An order's address is its key, so no other origin may learn it.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    'cache-control': 'no-store',
    vary: 'accept-language',
  };
}

export function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

export const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, 'application/json', JSON.stringify(body));

export function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { location });
  response.end();
}

/** The body as text fields: exactly these names, each a string, from a page of this shop. */
export async function readFields<Name extends string>(
  request: IncomingMessage,
  names: readonly Name[],
): Promise<Record<Name, string>> {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new Refusal(403, 'cross_site_request');
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) throw new Refusal(415, 'json_required');
  const body = parseObject(await readBody(request));
  for (const name of Object.keys(body)) {
    if (!names.some((known) => known === name)) throw new Refusal(422, 'unknown_field');
  }
  for (const name of names) {
    if (typeof body[name] !== 'string' || body[name] === '') throw new Refusal(422, 'missing_field');
  }
  return body as Record<Name, string>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_LIMIT_BYTES) throw new Refusal(413, 'body_too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  } catch {
    // Said below; the text itself is never repeated.
  }
  throw new Refusal(400, 'malformed_json');
}
