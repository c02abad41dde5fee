/**
 * The local API: an HTTP server on 127.0.0.1 that does for the template's REST API what API Gateway does, with its
 * limits (10 MB bodies, 29 seconds), and passes each request to its function.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { listen, readBody, stopServer } from '../base/http.ts';
import type { Functions } from '../functions/functions.ts';
import type { ApiDefinition } from '../template/api.ts';
import { fitsModel } from './body-check.ts';
import { type GatewayResponse, matchRoute, type RouteMatch, splitAddress, toEvent, toResponse } from './event.ts';
import { guard, refusal } from './guard.ts';
import { gatewayResponse } from './responses.ts';

const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface GatewayOptions {
  readonly api: ApiDefinition;
  readonly functions: Functions;
  readonly accountId: string;
  readonly port: number;
  nowMs(): number;
  onFailure(error: unknown): void;
}

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
  };
  const server = createServer(limits, (request, response) => {
    const requestId = randomUUID();
    respond(options, request, requestId)
      .catch((error: unknown) => {
        options.onFailure(error);
        return gatewayResponse(options.api, 'API_CONFIGURATION_ERROR', requestId);
      })
      .then((result) => send(response, result, requestId));
  });
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseUnread(error.code, socket));
  const port = await listen(server, options.port);
  return { url: `http://127.0.0.1:${port}`, stop: () => stopServer(server) };
}

async function respond(options: GatewayOptions, request: IncomingMessage, requestId: string): Promise<GatewayResponse> {
  const { api } = options;
  const { method = 'GET', url = '/', headers } = request;
  const refused = guard({ url, authorization: headers.authorization, host: headers.host, requestId });
  const body = await readBody(request, MAX_BODY_BYTES);
  if (refused) return refused;
  if (!body) return gatewayResponse(api, 'REQUEST_TOO_LARGE', requestId);
  const match = matchRoute(api, method, splitAddress(url).path);
  if (!match) return gatewayResponse(api, 'MISSING_AUTHENTICATION_TOKEN', requestId);
  if (!fitsModel(match.route, headers['content-type'], body))
    return gatewayResponse(api, 'BAD_REQUEST_BODY', requestId);
  const event = toEvent(api, match, {
    method,
    url,
    rawHeaders: request.rawHeaders,
    body,
    sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
    requestId,
    accountId: options.accountId,
    timeMs: options.nowMs(),
  });
  return integrate(options, match, event, requestId);
}

async function integrate(
  { api, functions }: GatewayOptions,
  { route }: RouteMatch,
  event: unknown,
  requestId: string,
): Promise<GatewayResponse> {
  const definition = functions.find(route.functionArn);
  if (!definition || !route.permitted) return gatewayResponse(api, 'API_CONFIGURATION_ERROR', requestId);
  const late = AbortSignal.timeout(route.timeoutMs);
  const timeout = new Promise<null>((resolve) => late.addEventListener('abort', () => resolve(null), { once: true }));
  const outcome = await Promise.race([functions.invoke(definition, event), timeout]);
  if (!outcome) return gatewayResponse(api, 'INTEGRATION_TIMEOUT', requestId);
  // A function's own, shorter timeout is a failure like any other: 502, not 504.
  const response = outcome.kind === 'returned' ? toResponse(api, outcome.value) : null;
  return response ?? gatewayResponse(api, 'BAD_INTEGRATION_RESPONSE', requestId);
}

/** What Node cannot read as a request gets the same form of response as everything else. */
function refuseUnread(cause: string | undefined, socket: Duplex): void {
  if (!socket.writable) return void socket.destroy();
  const requestId = randomUUID();
  const code = cause === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'request_refused';
  const { status, headers, body } = refusal(code, requestId);
  const own = [
    ['x-amzn-RequestId', requestId],
    ['Content-Length', String(body.length)],
    ['Connection', 'close'],
  ];
  const lines = [...headers, ...own].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
}

function send(response: ServerResponse, result: GatewayResponse, requestId: string): void {
  const headers = result.headers.flat();
  response.writeHead(result.status, [
    ...headers,
    'x-amzn-RequestId',
    requestId,
    'Content-Length',
    String(result.body.length),
  ]);
  response.end(result.body);
}
