/**
 * The loopback address that plays AWS: checks who signed each call, passes it to the service of its target, writes its
 * CloudTrail record, and only then responds. Listens on 127.0.0.1 only.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsError } from '../base/aws-error.ts';
import { listen, readBody, stopServer } from '../base/http.ts';
import type { Principal } from '../iam/principal.ts';
import type { CallOrigin, ServiceEvent } from './event.ts';
import { type Draw, faultOf } from './rough.ts';
import { errorBody, type Service } from './service.ts';
import { identify } from './sigv4.ts';

/** DynamoDB's largest request (BatchWriteItem, 16 MB). */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

export interface EndpointOptions {
  readonly services: readonly Service[];
  findPrincipal(accessKeyId: string): Principal | undefined;
  record(event: ServiceEvent, caller: CallOrigin): void;
  /** Gets failures of this code, which callers see only as InternalFailure. */
  onFailure(error: unknown): void;
  /** Makes the endpoint rougher than AWS by what is drawn. */
  readonly rough?: Draw | undefined;
}

export interface Endpoint {
  readonly url: string;
  stop(): Promise<void>;
}

/** One request as received. */
interface WireRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Null if it was longer than any service accepts. */
  readonly body: Buffer | null;
  readonly sourceIp: string;
}

interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server: Server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    serve(options, request, response).catch((error: unknown) => {
      options.onFailure(error);
      response.destroy();
    });
  });
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => stopServer(server) };
}

async function serve(options: EndpointOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'POST', url: path = '/', headers, socket } = request;
  const body = await readBody(request, MAX_BODY_BYTES);
  const sourceIp = socket.remoteAddress ?? '127.0.0.1';
  const fault = options.rough && faultOf(headers, body, options.rough);
  if (fault) await sleep(fault.beforeMs);
  const result =
    fault?.throttledAs === undefined
      ? await respond(options, { method, path, headers, body, sourceIp })
      : refuse(400, fault.throttledAs, 'Rate exceeded');
  if (fault) await sleep(fault.afterMs);
  if (fault?.losesResponse) return void response.destroy();
  response.writeHead(result.status, { ...result.headers, 'content-length': Buffer.byteLength(result.body) });
  response.end(result.body);
}

/** The response of AWS. Never rejects: a failure of this code goes to `onFailure` and becomes an InternalFailure. */
export async function respond(options: EndpointOptions, request: WireRequest): Promise<WireResponse> {
  const stated = request.headers['x-amz-target']?.toString();
  // The AWS CLI puts a namespace before the two parts: com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.ListPublicKeys.
  const [target = '', operation = ''] = stated === undefined ? [serviceOf(request)] : stated.split('.').slice(-2);
  const service = options.services.find((candidate) => candidate.target === target);
  if (!service) return refuse(400, 'UnknownOperationException', UNKNOWN_SERVICE);
  const requestId = service.requestId();
  const headers = {
    'content-type': service.contentType,
    [target === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid']: requestId,
  };
  try {
    const { method, path, body } = request;
    if (!body) throw new AwsError('RequestTooLarge', 'Too large.', { status: 413 });
    const principal = await identify({ method, path, headers: request.headers, body }, options.findPrincipal);
    const result = await service.call({ operation, method, path, headers: request.headers, body, principal });
    if (result.event) options.record(result.event, callerOf(principal, request, requestId));
    return { status: result.status, headers: { ...headers, ...result.headers }, body: result.body };
  } catch (error) {
    if (error instanceof AwsError) return { status: error.status, headers, body: service.renderError(error) };
    options.onFailure(error);
    return refuse(500, 'InternalFailure', 'Internal failure.');
  }
}

const UNKNOWN_SERVICE = 'The local endpoint stands for KMS, DynamoDB, S3, CloudTrail, Lambda and Systems Manager only.';

const refuse = (status: number, code: string, message: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: errorBody(new AwsError(code, message)),
});

/** `Credential=AKIA…/20260615/ap-northeast-1/s3/aws4_request` → `s3`. Unverified; only selects the service. */
const serviceOf = ({ headers }: WireRequest): string =>
  /Credential=[^=/\s]+\/\d{8}\/[^/\s]+\/([a-z0-9]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

const callerOf = (principal: Principal, { headers, sourceIp }: WireRequest, requestId: string): CallOrigin => ({
  userIdentity: principal.userIdentity,
  userAgent: headers['user-agent'] ?? '-',
  sourceIp,
  requestId,
});
