/**
 * Converts HTTP to and from API Gateway's Lambda proxy form, version 1.0 (REST APIs), as pure functions. Requests look
 * as if they came through a custom domain: the path has no stage. Nothing is repaired on the way: a path arrives as it
 * was sent, and what is there twice arrives twice. Source: API Gateway developer guide, "Input format of a Lambda
 * function for proxy integration" and "Output format …"; for semicolons in queries, "Important notes".
 */
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { ApiDefinition, RouteDefinition } from '../template/api.ts';

export interface GatewayRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly url: string;
  /** Name, value, name, value …, in the caller's spelling. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly accountId: string;
  readonly timeMs: number;
}

export interface GatewayResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface RouteMatch {
  readonly route: RouteDefinition;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/**
 * The route for a method and path; as in API Gateway, literal segments win over parameters, and a slash at the end is not
 * looked at (as measured in aws-powertools/powertools-lambda-python issue 1552, 2022-09-30). `ANY` catches every method
 * that its path does not declare (API Gateway developer guide, "x-amazon-apigateway-any-method object").
 */
export function matchRoute(api: ApiDefinition, method: string, path: string): RouteMatch | null {
  const given = path.replace(/(?<=.)\/$/, '').split('/');
  const matches = api.routes.flatMap((route): RouteMatch[] => {
    const pathParameters = matchPath(route.path.split('/'), given);
    return pathParameters ? [{ route, pathParameters }] : [];
  });
  const countOf = ({ pathParameters }: RouteMatch) => Object.keys(pathParameters).length;
  const fewest = Math.min(...matches.map(countOf));
  const atPath = matches.filter((match) => countOf(match) === fewest);
  const declared = (name: string) => atPath.find(({ route }) => route.method === name);
  return declared(method) ?? declared('ANY') ?? null;
}

function matchPath(template: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (template.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const value = given[index] ?? '';
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name === undefined ? part !== value : value === '') return null;
    if (name !== undefined) parameters[name] = decode(value);
  }
  return parameters;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Path and query of a request line, before anything is decoded. */
export function splitAddress(url: string): { readonly path: string; readonly query: readonly [string, string][] } {
  const at = url.indexOf('?');
  const text = at === -1 ? '' : url.slice(at + 1);
  // API Gateway splits a query at semicolons too.
  return { path: at === -1 ? url : url.slice(0, at), query: [...new URLSearchParams(text.replaceAll(';', '&'))] };
}

export function toEvent(api: ApiDefinition, match: RouteMatch, request: GatewayRequest): APIGatewayProxyEvent {
  const { path, query: sent } = splitAddress(request.url);
  const headers = multiValues(pairs(request.rawHeaders));
  const query = multiValues(sent);
  const header = (name: string) => headers.find(([given]) => given.toLowerCase() === name)?.[1].at(-1);
  const isBinary = isBinaryType(api, header('content-type'));
  const body = request.body.toString(isBinary ? 'base64' : 'utf8');
  const { pathParameters, route } = match;
  return {
    resource: route.path,
    path,
    httpMethod: request.method,
    headers: Object.fromEntries(headers.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(Object.fromEntries(query.map(([name, values]) => [name, values.at(-1)]))),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query)),
    pathParameters: orNull(pathParameters),
    stageVariables: null,
    requestContext: requestContext(api, route, request, {
      path,
      host: header('host'),
      userAgent: header('user-agent'),
    }),
    body: request.body.length > 0 ? body : null,
    isBase64Encoded: isBinary && request.body.length > 0,
  };
}

function requestContext(
  api: ApiDefinition,
  route: RouteDefinition,
  request: GatewayRequest,
  { path, host, userAgent }: { path: string; host: string | undefined; userAgent: string | undefined },
): APIGatewayProxyEvent['requestContext'] {
  return {
    resourceId: route.resourceId,
    resourcePath: route.path,
    httpMethod: request.method,
    extendedRequestId: request.requestId,
    requestTime: commonLogTime(request.timeMs),
    requestTimeEpoch: request.timeMs,
    path,
    accountId: request.accountId,
    protocol: 'HTTP/1.1',
    stage: api.stage,
    domainName: host ?? '127.0.0.1',
    domainPrefix: (host ?? '127.0.0.1').split('.')[0] ?? '',
    requestId: request.requestId,
    apiId: api.id,
    authorizer: null,
    identity: {
      accessKey: null,
      accountId: null,
      apiKey: null,
      apiKeyId: null,
      caller: null,
      clientCert: null,
      cognitoAuthenticationProvider: null,
      cognitoAuthenticationType: null,
      cognitoIdentityId: null,
      cognitoIdentityPoolId: null,
      principalOrgId: null,
      sourceIp: request.sourceIp,
      user: null,
      userAgent: userAgent ?? null,
      userArn: null,
    },
  };
}

/** A function's result as an HTTP response, or null if it is not in the documented form. */
export function toResponse(api: ApiDefinition, value: unknown): GatewayResponse | null {
  if (typeof value !== 'object' || value === null) return null;
  const { statusCode, headers, multiValueHeaders, body, isBase64Encoded } = value as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return null;
  if (body !== undefined && body !== null && typeof body !== 'string') return null;
  const multiple = Object.entries((multiValueHeaders ?? {}) as Record<string, unknown[]>);
  const taken = new Set(multiple.map(([name]) => name.toLowerCase()));
  const single = Object.entries((headers ?? {}) as Record<string, unknown>).filter(
    ([name]) => !taken.has(name.toLowerCase()),
  );
  const all = [
    ...single,
    ...multiple.flatMap(([name, values]) => values.map((each): [string, unknown] => [name, each])),
  ];
  const typed = all.some(([name]) => name.toLowerCase() === 'content-type');
  // Only an API with binary media types decodes base64; others pass it through as text.
  const encoding = isBase64Encoded === true && api.binaryMediaTypes.length > 0 ? 'base64' : 'utf8';
  return {
    status,
    headers: [
      ...(typed ? [] : [['Content-Type', 'application/json'] as const]),
      ...all.map(([name, each]) => [name, String(each)] as const),
    ],
    body: Buffer.from(body ?? '', encoding),
  };
}

const pairs = (raw: readonly string[]): [string, string][] =>
  raw.flatMap((name, index): [string, string][] => (index % 2 === 0 ? [[name, raw[index + 1] ?? '']] : []));

/** Values by name, in order of first appearance. */
function multiValues(entries: readonly (readonly [string, string])[]): [name: string, values: string[]][] {
  const byName = new Map<string, string[]>();
  for (const [name, value] of entries) byName.set(name, [...(byName.get(name) ?? []), value]);
  return [...byName];
}

const orNull = <Values extends object>(values: Values): Values | null =>
  Object.keys(values).length > 0 ? values : null;

const isBinaryType = ({ binaryMediaTypes }: ApiDefinition, contentType: string | undefined): boolean =>
  binaryMediaTypes.includes('*/*') || binaryMediaTypes.includes(contentType?.split(';')[0]?.trim() ?? '');

/** `23/Nov/2026:08:15:00 +0000` */
function commonLogTime(epochMs: number): string {
  const [, day, month, year, time] = /^\w+, (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(epochMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
