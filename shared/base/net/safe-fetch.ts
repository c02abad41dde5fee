/**
 * Sends every request to an address that a merchant chose. The name is resolved once, all its addresses must be public,
 * and the connection goes to the address that was checked, so a name that resolves differently later (DNS rebinding)
 * gains nothing. HTTPS only, redirects are not followed, time and size have limits.
 */
import { Resolver } from 'node:dns/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicAddress } from './address.ts';

/** Failures before a response was read; callers react to each differently. */
export type SafeFetchCode =
  | 'url_refused'
  | 'address_refused'
  | 'name_unresolved'
  | 'certificate_invalid'
  | 'connection_failed'
  | 'timed_out';

/** Does not name the destination, because the text may end up in a log. */
export class SafeFetchError extends Error {
  override readonly name = 'SafeFetchError';
  readonly code: SafeFetchCode;
  /** The connection was open, with a valid certificate, so the receiver may have the request or part of it. */
  readonly mayHaveArrived: boolean;

  constructor(code: SafeFetchCode, cause?: unknown, mayHaveArrived = false) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }
}

export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Covers resolving, connecting, sending and reading the whole response. */
  readonly timeoutMs: number;
  /** The body of the response is read up to here, then the connection is closed. */
  readonly responseBytesMax: number;
  /** The only certificate authority to trust for this request, in PEM; the public ones unless given. */
  readonly caPem?: string;
}

export interface IncomingResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body was longer than `responseBytesMax` and ends there. */
  readonly isCut: boolean;
}

export type SafeFetch = (request: OutgoingRequest) => Promise<IncomingResponse>;

export interface SafeFetchOptions {
  /** All IP addresses of a name; rejects or returns an empty list where it has none. */
  resolve(hostname: string, timeoutMs: number): Promise<readonly string[]>;
  /**
   * Lets requests reach 127.0.0.1, also over plain HTTP, and no other private address. For the local runtime, where
   * receivers run beside the vault. Never in AWS: there 127.0.0.1 is the Lambda runtime's own interface.
   */
  readonly dangerouslyAllowLoopback: boolean;
}

const LOOPBACK = '127.0.0.1';

export function makeSafeFetch(options: SafeFetchOptions): SafeFetch {
  return async (request) => {
    const url = readOutgoingUrl(request.url);
    const startSignal = AbortSignal.timeout(request.timeoutMs);
    const late = whenAborted(startSignal);
    try {
      const address = await Promise.race([chooseAddress(options, url, request.timeoutMs), late.promise]);
      return await exchange(request, url, address, startSignal);
    } finally {
      late.forget();
    }
  };
}

/**
 * The URL of a request or of an endpoint to be kept; throws `url_refused`. An address written as a decimal, octal or
 * hexadecimal number is an IP address like any other after this (WHATWG URL §4.3).
 */
export function readOutgoingUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username === '' && url.password === '' && url.hash === '' && url.hostname !== '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) throw new SafeFetchError('url_refused');
  return url;
}

/** Throws where no request to this URL could ever be sent. For registration, so it asks no resolver. */
export function refuseHopelessUrl(text: string, { dangerouslyAllowLoopback }: { dangerouslyAllowLoopback: boolean }) {
  const url = readOutgoingUrl(text);
  const host = hostOf(url);
  const isLocal = /(^|\.)localhost\.?$/.test(host);
  if (isIP(host) === 0 && url.protocol === 'https:' && !isLocal) return;
  if (isLocal && !dangerouslyAllowLoopback) throw new SafeFetchError('address_refused');
  if (isIP(host) !== 0) refuseAddress(url, host, dangerouslyAllowLoopback);
  else if (url.protocol !== 'https:') throw new SafeFetchError('url_refused');
}

async function chooseAddress(options: SafeFetchOptions, url: URL, timeoutMs: number): Promise<string> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await options.resolve(host, timeoutMs).catch(unresolved) : [host];
  for (const address of addresses) refuseAddress(url, address, options.dangerouslyAllowLoopback);
  // Only one address is tried, IPv4 first, since functions often have no IPv6 route.
  const chosen = addresses.find((address) => isIP(address) === 4) ?? addresses[0];
  if (chosen === undefined) throw new SafeFetchError('name_unresolved');
  return chosen;
}

const unresolved = (cause: unknown): never => {
  throw new SafeFetchError('name_unresolved', cause);
};

/** One private address among several is refused too, because the owner of the name decides which one is used. */
function refuseAddress(url: URL, address: string, allowsLoopback: boolean): void {
  if (allowsLoopback && address === LOOPBACK) return;
  if (url.protocol !== 'https:') throw new SafeFetchError('url_refused');
  if (!isPublicAddress(address)) throw new SafeFetchError('address_refused');
}

/** Without the brackets of an IPv6 address. */
const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');

function exchange(request: OutgoingRequest, url: URL, address: string, signal: AbortSignal): Promise<IncomingResponse> {
  const pinned: LookupFunction = (_hostname, { all }, done) => {
    const family = isIP(address);
    if (all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  return new Promise((resolve, reject) => {
    let stands = false;
    const fail = (error: unknown) =>
      reject(new SafeFetchError(signal.aborted ? 'timed_out' : codeOf(error), error, stands));
    const isTls = url.protocol === 'https:';
    const { method, headers, caPem } = request;
    // No agent: a kept connection could outlive the check of its address.
    const options = { method, headers, lookup: pinned, agent: false, signal } as const;
    const outgoing = isTls ? requestHttps(url, { ...options, ...(caPem && { ca: caPem }) }) : requestHttp(url, options);
    outgoing.on('socket', (socket) => {
      socket.once(isTls ? 'secureConnect' : 'connect', () => {
        stands = true;
      });
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      readResponse(response, request.responseBytesMax).then(resolve, fail);
    });
    outgoing.end(request.body);
  });
}

async function readResponse(response: IncomingMessage, bytesMax: number): Promise<IncomingResponse> {
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of response) {
    chunks.push(chunk);
    byteLength += chunk.byteLength;
    if (byteLength > bytesMax) break; // Leaving the loop destroys the connection.
  }
  const body = Buffer.concat(chunks).subarray(0, bytesMax);
  return { status: response.statusCode ?? 0, headers: response.headers, body, isCut: byteLength > bytesMax };
}

/**
 * Separates TLS failures (Node's tls, "X509 certificate error codes") from a dead host, for the person who reads them.
 */
function codeOf(error: unknown): SafeFetchCode {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return /CERT|SELF_SIGNED|ALTNAME|UNABLE_TO_/.test(code) ? 'certificate_invalid' : 'connection_failed';
}

function whenAborted(signal: AbortSignal): { promise: Promise<never>; forget(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new SafeFetchError('timed_out'));
  signal.addEventListener('abort', stop, { once: true });
  promise.catch(() => undefined);
  return { promise, forget: () => signal.removeEventListener('abort', stop) };
}

/**
 * Asks DNS (c-ares) rather than getaddrinfo: that also reads the hosts file, and a few names with dead servers would
 * block its thread pool for all others.
 */
export async function resolveByDns(hostname: string, timeoutMs: number): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 2), tries: 2 });
  const responses = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  return responses.flatMap((response) => (response.status === 'fulfilled' ? response.value : []));
}
