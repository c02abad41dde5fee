/**
 * The steps of every route, in this order: log one line, turn errors into problem documents, refuse another method
 * (methods.ts) and a body that is too large, read the request once (reading.ts), require a client certificate, identify the
 * caller, refuse card data, require an idempotency key, check the form of query and body. The handler then calls one domain
 * verb. No step after the reading looks at the event for anything that a caller sent, except for card data.
 */
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Deps } from '../../shared/base/deps.ts';
import type { SentTo } from '../../shared/base/destinations.ts';
import { VaultError } from '../../shared/base/errors.ts';
import { readJson } from '../../shared/base/json.ts';
import { fieldOf, parse } from '../../shared/base/parse.ts';
import { problem } from '../../shared/base/problem.ts';
import { type Callers, createCallers, type Guest } from '../../shared/merchants/callers.ts';
import type { Caller, KeyKind } from '../../shared/merchants/merchant.ts';
import { refuseCardData } from './card-data.ts';
import { publicUrl, report, requiresClientCertificate, routeMethods } from './deps.ts';
import { nameOfMethod, type RouteMethods, refuseMethod } from './methods.ts';
import { toVaultError } from './problems.ts';
import { type ReadRequest, readRequest } from './reading.ts';

const BODY_BYTES_MAX = 16 * 1024;
/** Time reserved for a response before Lambda stops the function. */
const RESPONSE_MS = 500;

type CallerWithKey = Caller & { readonly apiKey: string };

type BodyReader = (text: string, contentType: string | undefined) => object;

interface RouteOptions<Key extends KeyKind | 'none', Schema extends z.ZodMiniType, Query extends string> {
  readonly key: Key;
  /** The query parameters it takes; none unless said. */
  readonly query?: readonly Query[];
  /** For an address that people pass on: programs add parameters, which the route does not read, or a final slash. */
  readonly isPassedOn?: true;
  readonly body?: Schema;
  /** Reads a body in another format than this API's JSON, before it is searched for cards and its form is checked. */
  readonly read?: BodyReader;
  /** Only tokenize may receive a card number (V1). */
  readonly takesCard?: true;
  /** Accepts another credential where a publishable key is expected: the id of an open checkout session. */
  readonly guest?: Guest;
  /** Requires an idempotency key, as every route that moves money must (V6). */
  readonly movesMoney?: true;
}

export interface Call<Key extends KeyKind | 'none', Body, Query extends string = never> {
  readonly caller: Key extends 'none' ? null : CallerWithKey;
  readonly body: Body;
  readonly idempotencyKey: Key extends 'none' ? null : string;
  readonly callers: Callers;
  /** A path parameter of this route. */
  path(name: string): string;
  readonly hasFinalSlash: boolean;
  query(name: Query): string | undefined;
  header(name: string): string | undefined;
  /** The address the request came from. */
  readonly sourceIp: string;
  /** A path of this vault as a URL for browsers. */
  publicUrl(path: string): string;
}

export type HandlerResponse =
  | {
      readonly status: number;
      readonly json: object;
      readonly charged?: Charged | undefined;
      readonly sentTo?: SentTo | null;
    }
  | { readonly status: number; readonly headers: Record<string, string>; readonly text: string };

/** A charge's processor and outcome, for the log and its metrics. */
interface Charged {
  readonly processor: string;
  readonly outcome: string;
}

/** What each step has found out, for the steps after it and the handler. */
type CallContext = Context & {
  reading?: ReadRequest;
  /** The body as it was sent. */
  input?: object;
  caller?: CallerWithKey;
  idempotencyKey?: string;
  /** The body in the form that the route's schema gives it. */
  body?: unknown;
  charged?: Charged | undefined;
  sentTo?: SentTo | null | undefined;
};
type Step = MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallContext>;

const NoBody = z.strictObject({});

export function pipeline<
  Key extends KeyKind | 'none',
  Schema extends z.ZodMiniType = typeof NoBody,
  Query extends string = never,
>(
  deps: Deps,
  options: RouteOptions<Key, Schema, Query>,
  handle: (call: Call<Key, z.infer<Schema>, Query>) => Promise<HandlerResponse>,
) {
  const callers = createCallers(deps, options.guest);
  const methods = routeMethods();
  const timeoutEarlyResponse = (): never => {
    throw new VaultError('busy');
  };
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult, Error, CallContext>({
    timeoutEarlyInMillis: RESPONSE_MS,
    timeoutEarlyResponse,
  })
    .use(logOneLine(deps, methods))
    .use(turnErrorsIntoProblems())
    .use(before(({ httpMethod }) => refuseMethod(methods, httpMethod)))
    .use(refuseLargeBody())
    .use(readOnce(options.isPassedOn, options.read))
    .use(requireCertificate(options.key))
    .use(identifyCaller(callers, options.key))
    .use(refuseCards(options.takesCard))
    .use(requireIdempotencyKey(options.movesMoney))
    .use(checkForm(options.query, options.body))
    .handler(async (event: APIGatewayProxyEvent, context: CallContext) => {
      const response = await handle(callOf(event, context, callers) as Call<Key, z.infer<Schema>, Query>);
      if ('json' in response) {
        context.charged = response.charged;
        context.sentTo = response.sentTo;
      }
      return render(response);
    });
}

/** One line per request, with the fields allowed by log.ts: the route's pattern, never the path or the body. */
function logOneLine(deps: Deps, methods: RouteMethods): Step {
  const startedAt = new WeakMap<object, number>();
  const write: Step['after'] = ({ event, context, response, error }) => {
    const nowMs = deps.clock.nowMs();
    const refusal = error ? toVaultError(error) : null;
    const cause = refusal?.detail.cause;
    const { caller, charged, sentTo } = context;
    const fields = {
      event: 'request',
      request_id: event.requestContext.requestId,
      route: `${nameOfMethod(methods, event.httpMethod)} ${event.requestContext.resourcePath}`,
      merchant: caller?.merchantId,
      mode: caller?.mode,
      ...charged,
      destination: sentTo?.destination,
      status: response?.statusCode,
      code: refusal?.code,
      error: cause instanceof Error ? cause.name : undefined,
      duration_ms: nowMs - (startedAt.get(context) ?? nowMs),
    };
    const measures = {
      ...(refusal && { Refusals: 1 }),
      ...(charged && { Charges: 1 }),
      ...(sentTo && { CardsSent: 1 }),
    };
    report(refusal?.code === 'internal' ? 'error' : 'info', nowMs, fields, measures);
  };
  return {
    before: ({ context }) => void startedAt.set(context, deps.clock.nowMs()),
    after: write,
    onError: write,
  };
}

function turnErrorsIntoProblems(): Step {
  return {
    onError(request) {
      const response = problem(toVaultError(request.error), request.event.requestContext.requestId);
      request.response = { ...response, headers: { ...HEADERS, ...response.headers } };
    },
  };
}

/** A step between the request's arrival and its handler. */
const before = (step: (event: APIGatewayProxyEvent, context: CallContext) => void | Promise<void>): Step => ({
  before: ({ event, context }) => step(event, context),
});

const refuseLargeBody = (): Step =>
  before(({ body }) => {
    // Base64 is longer than the bytes it encodes, so the limit is stricter for such bodies, which are never JSON.
    if (Buffer.byteLength(body ?? '') > BODY_BYTES_MAX) throw new VaultError('body_too_large');
  });

const readOnce = (isPassedOn?: true, read: BodyReader = readJsonBody): Step =>
  before((event, context) => {
    const reading = readRequest(event, isPassedOn);
    context.reading = reading;
    context.input = read(reading.text, reading.headers.get('content-type'));
  });

function requireCertificate(key: KeyKind | 'none'): Step {
  const isRequired = key === 'secret' && requiresClientCertificate();
  return before(({ requestContext }) => {
    if (isRequired && !requestContext.identity.clientCert) throw new VaultError('client_certificate_missing');
  });
}

const identifyCaller = (callers: Callers, key: KeyKind | 'none'): Step =>
  before(async (_event, context) => {
    if (key !== 'none') context.caller = await callers.identify(headerOf(context, 'authorization'), key);
  });

/** Before the form is checked, so that a card in an unknown field is refused as a card. */
const refuseCards = (takesCard = false): Step =>
  before((event, context) => {
    refuseCardData(event, headerOf(context, 'idempotency-key'), takesCard ? {} : context.input);
  });

const requireIdempotencyKey = (movesMoney = false): Step =>
  before((_event, context) => {
    if (!movesMoney) return;
    const key = headerOf(context, 'idempotency-key') ?? '';
    const param = 'Idempotency-Key';
    if (key === '') throw new VaultError('idempotency_key_missing', { param });
    if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new VaultError('idempotency_key_invalid', { param });
    context.idempotencyKey = key;
  });

const checkForm = (query: readonly string[] = [], schema: z.ZodMiniType = NoBody): Step =>
  before((_event, context) => {
    for (const name of context.reading?.query.keys() ?? []) {
      if (!query.includes(name)) throw new VaultError('unknown_parameter', fieldOf([name]));
    }
    context.body = parse(schema, context.input);
  });

function callOf(
  event: APIGatewayProxyEvent,
  context: CallContext,
  callers: Callers,
): Call<KeyKind | 'none', unknown, string> {
  const { caller = null, idempotencyKey = '', body, reading } = context;
  return {
    caller,
    idempotencyKey,
    body,
    callers,
    path: (name) => reading?.path.get(name) ?? '',
    hasFinalSlash: reading?.hasFinalSlash === true,
    query: (name) => reading?.query.get(name),
    header: (name) => headerOf(context, name),
    sourceIp: event.requestContext.identity.sourceIp,
    publicUrl: (path) => publicUrl(event, path),
  };
}

/** Headers of every response: never cached, never sniffed. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

function render(response: HandlerResponse): APIGatewayProxyResult {
  if ('text' in response) {
    return { statusCode: response.status, headers: { ...HEADERS, ...response.headers }, body: response.text };
  }
  const headers = { ...HEADERS, 'content-type': 'application/json' };
  return { statusCode: response.status, headers, body: JSON.stringify(response.json) };
}

const headerOf = ({ reading }: CallContext, name: string): string | undefined => reading?.headers.get(name);

/** The JSON body. An absent one counts as an empty object, so that routes without fields need none. */
function readJsonBody(text: string, contentType: string | undefined): object {
  if (text === '') return {};
  if (!/^application\/json\s*(;\s*charset=|$)/i.test(contentType ?? ''))
    throw new VaultError('unsupported_content_type');
  const value = readJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new VaultError('malformed_json');
  return value;
}
