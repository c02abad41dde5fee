/**
 * The one loopback address that stands for AWS: authenticates each call, hands it to the service its target names,
 * writes its CloudTrail record, and only then answers. Listens on 127.0.0.1 and nowhere else.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from '../aws-error.ts';
import type { Caller, ServiceEvent } from '../cloudtrail/record.ts';
import { listen, readBody, stopServer } from '../http.ts';
import type { Principal } from '../iam/principal.ts';
import { errorBody, type Service } from './service.ts';
import { authenticate } from './sigv4.ts';

/** The largest request DynamoDB takes (BatchWriteItem, 16 MB). */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;

export interface EndpointOptions {
  readonly services: readonly Service[];
  findPrincipal(accessKeyId: string): Principal | undefined;
  record(event: ServiceEvent, caller: Caller): void;
  /** Told of failures of our own, which callers only see as InternalFailure. */
  onFailure(error: unknown): void;
}

export interface Endpoint {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server: Server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      options.onFailure(error);
      send(
        response,
        500,
        'application/x-amz-json-1.1',
        errorBody(new AwsError('InternalFailure', 'Internal failure.')),
      );
    });
  });
  const port = await listen(server, 0);
  return { url: `http://127.0.0.1:${port}`, stop: () => stopServer(server) };
}

async function answer(options: EndpointOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [target = '', operation = ''] = (request.headers['x-amz-target']?.toString() ?? serviceOf(request)).split('.');
  const service = options.services.find((candidate) => candidate.target === target);
  if (!service) {
    const error = new AwsError(
      'UnknownOperationException',
      'The local endpoint stands for KMS, DynamoDB, S3, CloudTrail and Lambda only.',
    );
    return send(response, 400, 'application/x-amz-json-1.1', errorBody(error));
  }
  const requestId = service.requestId();
  response.setHeader(target === 's3' ? 'x-amz-request-id' : 'x-amzn-requestid', requestId);
  const body = await readBody(request, MAX_BODY_BYTES);
  if (!body)
    return send(response, 413, service.contentType, service.renderError(new AwsError('RequestTooLarge', 'Too large.')));
  try {
    const { method = 'POST', url: path = '/', headers } = request;
    const principal = authenticate({ method, path, headers, body }, options.findPrincipal);
    const result = await service.call({ operation, method, path, headers, body, principal });
    if (result.event) options.record(result.event, callerOf(principal, request, requestId));
    for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
    send(response, result.status, result.headers?.['content-type'] ?? service.contentType, result.body);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    send(response, error.status, service.contentType, service.renderError(error));
  }
}

/** `Credential=AKIA…/20260615/ap-northeast-1/s3/aws4_request` → `s3`; nothing is believed of it but which service to ask. */
const serviceOf = ({ headers }: IncomingMessage): string =>
  /Credential=[^/\s]+\/\d{8}\/[^/\s]+\/([a-z0-9]+)\//.exec(headers.authorization ?? '')?.[1] ?? '';

const callerOf = (principal: Principal, request: IncomingMessage, requestId: string): Caller => ({
  userIdentity: principal.userIdentity,
  userAgent: request.headers['user-agent'] ?? '-',
  sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
  requestId,
});

function send(response: ServerResponse, status: number, contentType: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
