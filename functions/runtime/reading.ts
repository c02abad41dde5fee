/**
 * Reads a request once, for every later step: headers, query, path and body, each with one meaning. What a proxy, API
 * Gateway and the vault could each understand differently is refused before anything is decided (CWE-436): what is there
 * twice, a path that is not written plainly, and a body in another encoding
 * (docs/decisions/0027-a-request-is-read-once.md).
 */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { VaultError } from '../../shared/base/errors.ts';
import { fieldOf } from '../../shared/base/parse.ts';

export interface ReadRequest {
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  /** The parameters in the path. */
  readonly path: ReadonlyMap<string, string>;
  /** API Gateway finds the same route with and without. */
  readonly hasFinalSlash: boolean;
  /** The body; '' for none. */
  readonly text: string;
}

/**
 * Headers with one value (RFC 9110 §5.3) that the vault, or something before it, acts on. The address in X-Forwarded-For
 * is taken from API Gateway's own record of the connection, and the header is read nowhere.
 */
const SINGLE: readonly string[] = [
  'Authorization',
  'Content-Encoding',
  'Content-Length',
  'Content-Type',
  'Host',
  'Idempotency-Key',
  'Origin',
  'Transfer-Encoding',
];

/** Headers that ask some servers for another method or path than the request line has. */
const OVERRIDES: readonly string[] = [
  'X-HTTP-Method-Override',
  'X-HTTP-Method',
  'X-Method-Override',
  'X-Method',
  'X-Original-URL',
  'X-Rewrite-URL',
];

/**
 * Uses only the multi-value forms of API Gateway's event, because the other ones keep the last of several values.
 * `isPassedOn`: the query means nothing to the route, so it may hold anything, and the path may end in a slash.
 */
export function readRequest(event: APIGatewayProxyEvent, isPassedOn = false): ReadRequest {
  const headers = readHeaders(event.multiValueHeaders ?? {});
  const hasFinalSlash = event.path.endsWith('/');
  return {
    headers,
    query: isPassedOn ? new Map() : readQuery(event.multiValueQueryStringParameters ?? {}),
    path: readPath(isPassedOn && hasFinalSlash ? { ...event, path: event.path.slice(0, -1) } : event),
    hasFinalSlash,
    text: readBody(event, headers),
  };
}

type Values = Readonly<Record<string, readonly string[] | undefined>>;

/** API Gateway keeps the sender's capitals, so that one header may stand under two spellings of its name. */
function readHeaders(given: Values): Map<string, string> {
  const headers = new Map<string, string[]>();
  for (const [name, values = []] of Object.entries(given)) {
    const known = headers.get(name.toLowerCase()) ?? [];
    headers.set(name.toLowerCase(), [...known, ...values]);
  }
  for (const param of OVERRIDES)
    if (headers.has(param.toLowerCase())) throw new VaultError('header_refused', { param });
  for (const param of SINGLE) {
    if ((headers.get(param.toLowerCase())?.length ?? 0) > 1) throw new VaultError('repeated_field', { param });
  }
  // Lines of any other header are one list.
  return new Map([...headers].map(([name, values]) => [name, values.join(', ')]));
}

function readQuery(given: Values): Map<string, string> {
  const query = new Map<string, string>();
  for (const [name, values = []] of Object.entries(given)) {
    const [value = '', ...more] = values;
    if (more.length > 0) throw new VaultError('repeated_field', fieldOf([name]));
    if (!isText(name) || !isText(value)) throw new VaultError('invalid_field', fieldOf([name]));
    query.set(name, value);
  }
  return query;
}

/** Refuses control characters and U+FFFD, which a decoder writes for bytes that are not UTF-8. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this refuses.
const isText = (text: string): boolean => text.isWellFormed() && !/[\u0000-\u001f\u007f\ufffd]/.test(text);

function readPath({ path, resource, pathParameters }: APIGatewayProxyEvent): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value = ''] of Object.entries(pathParameters ?? {})) {
    const isPlain = isText(value) && !/[/\\%;]|^\.{1,2}$/.test(value);
    if (!isPlain) throw new VaultError('path_invalid', { param: name });
    values.set(name, value);
  }
  const written = (write: (value: string) => string) =>
    resource.replaceAll(/\{(\w+)\}/g, (_part, name: string) => write(values.get(name) ?? ''));
  // API Gateway gives the path encoded or decoded; for an id both are the same.
  if (![written(String), written(encodeURIComponent)].some((route) => isRoute(path, route))) {
    throw new VaultError('path_invalid');
  }
  return values;
}

/** The path is that of the route, behind nothing but the base path of a custom domain. */
const isRoute = (path: string, route: string): boolean =>
  path.endsWith(route) && /^(?:\/[\w-][\w.-]*)*$/.test(path.slice(0, path.length - route.length));

function readBody({ body, isBase64Encoded }: APIGatewayProxyEvent, headers: ReadRequest['headers']): string {
  if (body === null || body === '') return '';
  if (!/^identity$/i.test(headers.get('content-encoding') ?? 'identity')) {
    throw new VaultError('unsupported_encoding', { param: 'Content-Encoding' });
  }
  const contentType = headers.get('content-type') ?? '';
  if (/;\s*charset\b/i.test(contentType) && !/^[^;]+;\s*charset\s*=\s*("?)utf-8\1\s*$/i.test(contentType)) {
    throw new VaultError('unsupported_encoding', { param: 'Content-Type' });
  }
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  // A byte order mark, or what stands in place of bytes that are no UTF-8.
  if (!text.isWellFormed() || /^\ufeff|\ufffd/.test(text)) throw new VaultError('unsupported_encoding');
  return text;
}
