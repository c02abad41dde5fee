/**
 * The steps of every route, in this order: turn errors into problem documents, log one line, refuse a body that is too
 * large, authenticate, refuse card data where it is not allowed, parse the body. A handler then calls one domain verb.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Deps } from '../../shared/base/deps.ts';
import { VaultError } from '../../shared/base/errors.ts';
import { parse } from '../../shared/base/parse.ts';
import { problem } from '../../shared/base/problem.ts';
import { type Authenticator, authenticator, type Guest } from '../../shared/merchants/authenticate.ts';
import type { Caller, KeyKind } from '../../shared/merchants/merchant.ts';
import { refuseCardData } from './card-data.ts';
import { publicUrl, report, requiresClientCertificate } from './deps.ts';
import { toVaultError } from './problems.ts';

const BODY_BYTES_MAX = 16 * 1024;
/** Time reserved for a response before Lambda stops the function. */
const ANSWER_MS = 500;

type AuthenticatedCaller = Caller & { readonly apiKey: string };

interface RouteOptions<Key extends KeyKind | 'none', Schema extends z.ZodMiniType> {
  readonly key: Key;
  readonly body?: Schema;
  /** Parses a body in another format than this API's JSON, before it is searched for cards and validated. */
  readonly read?: (text: string, contentType: string | undefined) => object;
  /** Only tokenize may receive a card number (V1). */
  readonly takesCard?: true;
  /** Accepts another credential where a publishable key is expected: the id of an open checkout session. */
  readonly guest?: Guest;
  /** Requires an idempotency key, as every route that moves money must (V6). */
  readonly movesMoney?: true;
}

export interface Call<Key extends KeyKind | 'none', Body> {
  readonly caller: Key extends 'none' ? null : AuthenticatedCaller;
  readonly body: Body;
  readonly idempotencyKey: Key extends 'none' ? null : string;
  readonly authenticator: Authenticator;
  /** A path parameter of this route. */
  path(name: string): string;
  query(name: string): string | undefined;
  header(name: string): string | undefined;
  /** The address the request came from. */
  readonly sourceIp: string;
  /** A path of this vault as a URL for browsers. */
  publicUrl(path: string): string;
}

export type Answer =
  | { readonly status: number; readonly json: object; readonly charged?: Charged }
  | { readonly status: number; readonly headers: Record<string, string>; readonly text: string };

/** A charge's processor and outcome, for the log and its metrics. */
interface Charged {
  readonly processor: string;
  readonly outcome: string;
}

type CallContext = Context & { call?: Call<KeyKind | 'none', unknown>; charged?: Charged };
type Step = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallContext>;

const NoBody = z.strictObject({});

export function pipeline<Key extends KeyKind | 'none', Schema extends z.ZodMiniType = typeof NoBody>(
  deps: Deps,
  options: RouteOptions<Key, Schema>,
  handle: (call: Call<Key, z.infer<Schema>>) => Promise<Answer>,
) {
  const auth = authenticator(deps, options.guest);
  const timeoutEarlyResponse = (): never => {
    throw new VaultError('busy');
  };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallContext>({
    timeoutEarlyInMillis: ANSWER_MS,
    timeoutEarlyResponse,
  })
    .use(accessLog(deps))
    .use(problems())
    .use(refuseLargeBody())
    .use(readCall(auth, options))
    .handler(async (_event: APIGatewayProxyEvent, context: CallContext) => {
      const answer = await handle(context.call as Call<Key, z.infer<Schema>>);
      if ('charged' in answer) context.charged = answer.charged;
      return render(answer);
    });
}

/** Headers of every response: never cached, never sniffed. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function render(answer: Answer): APIGatewayProxyResult {
  if ('text' in answer) {
    return { statusCode: answer.status, headers: { ...HEADERS, ...answer.headers }, body: answer.text };
  }
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  return { statusCode: answer.status, headers, body: JSON.stringify(answer.json) };
}

function problems(): Step {
  return {
    onError(request) {
      const answer = problem(toVaultError(request.error), request.event.requestContext.requestId);
      request.response = { ...answer, headers: { ...HEADERS, ...answer.headers } };
    },
  };
}

/** One line per request, with the fields allowed by log.ts: the route's pattern, never the path or the body. */
function accessLog(deps: Deps): Step {
  const startedAt = new WeakMap<object, number>();
  const write: Step['after'] = ({ event, context, response, error }) => {
    const nowMs = deps.clock.nowMs();
    const refusal = error ? toVaultError(error) : null;
    const cause = refusal?.detail.cause;
    const { call, charged } = context;
    const fields = {
      event: 'request',
      request_id: event.requestContext.requestId,
      route: `${event.httpMethod} ${event.requestContext.resourcePath}`,
      merchant: call?.caller?.merchantId,
      mode: call?.caller?.mode,
      ...charged,
      status: response?.statusCode,
      code: refusal?.code,
      error: cause instanceof Error ? cause.name : undefined,
      duration_ms: nowMs - (startedAt.get(context) ?? nowMs),
    };
    const measures = { ...(refusal && { Refusals: 1 }), ...(charged && { Charges: 1 }) };
    report(refusal?.code === 'internal' ? 'error' : 'info', nowMs, fields, measures);
  };
  return {
    before: ({ context }) => void startedAt.set(context, deps.clock.nowMs()),
    after: write,
    onError: write,
  };
}

function refuseLargeBody(): Step {
  return {
    before({ event }) {
      const body = event.body ?? '';
      // Base64 is longer than the bytes it encodes, so the limit is stricter for such bodies, which are never JSON.
      if (Buffer.byteLength(body) > BODY_BYTES_MAX) throw new VaultError('body_too_large');
    },
  };
}

function readCall<Key extends KeyKind | 'none', Schema extends z.ZodMiniType>(
  auth: Authenticator,
  options: RouteOptions<Key, Schema>,
): Step {
  const needsCertificate = options.key === 'secret' && requiresClientCertificate();
  return {
    async before({ event, context }) {
      const header = (name: string) => headerOf(event, name);
      if (needsCertificate && !event.requestContext.identity.clientCert)
        throw new VaultError('client_certificate_missing');
      const caller = options.key === 'none' ? null : await auth.authenticate(header('authorization'), options.key);
      const body = (options.read ?? readJson)(textOf(event), header('content-type'));
      if (!options.takesCard) refuseCardData(event, header('idempotency-key'), body);
      context.call = {
        caller,
        idempotencyKey: options.movesMoney ? readIdempotencyKey(header('idempotency-key')) : '',
        body: parse(options.body ?? NoBody, body),
        authenticator: auth,
        path: (name) => event.pathParameters?.[name] ?? '',
        query: (name) => event.queryStringParameters?.[name],
        header,
        sourceIp: event.requestContext.identity.sourceIp,
        publicUrl: (path) => publicUrl(event, path),
      };
    },
  };
}

/** API Gateway keeps the sender's capitals in header names. */
function headerOf(event: APIGatewayProxyEvent, name: string): string | undefined {
  const found = Object.entries(event.headers ?? {}).find(([key]) => key.toLowerCase() === name);
  return found?.[1];
}

const textOf = ({ body, isBase64Encoded }: APIGatewayProxyEvent): string =>
  isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString() : (body ?? '');

/** The JSON body. An absent one counts as an empty object, so that routes without fields need none. */
function readJson(text: string, contentType: string | undefined): object {
  if (text === '') return {};
  if (!/^application\/json\s*(;|$)/i.test(contentType ?? '')) throw new VaultError('unsupported_content_type');
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new VaultError('malformed_json');
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new VaultError('malformed_json');
  }
}

function readIdempotencyKey(key: string | undefined): string {
  if (key === undefined || key === '') throw new VaultError('idempotency_key_missing', { param: 'Idempotency-Key' });
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new VaultError('idempotency_key_invalid', { param: 'Idempotency-Key' });
  return key;
}
