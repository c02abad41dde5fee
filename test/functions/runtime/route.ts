/** A route without a key around any handler, called with events as API Gateway makes them. */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Call, pipeline } from '../../../functions/runtime/pipeline.ts';
import type { Deps } from '../../../shared/base/deps.ts';

export interface RouteResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly json: Readonly<Record<string, unknown>>;
}

export interface RouteRequest extends Partial<APIGatewayProxyEvent> {
  /** How long the function still has. */
  readonly remainingMs?: number;
}

const Anything = z.looseObject({});

export async function callRoute(
  deps: Deps,
  handle: (call: Call<'none', unknown>) => Promise<object>,
  { remainingMs = 10_000, ...changes }: RouteRequest = {},
  schema: z.ZodMiniType = Anything,
): Promise<RouteResponse> {
  Object.assign(process.env, { METHODS: 'POST', ALLOW: 'POST, GET, HEAD' });
  const handler = pipeline(deps, { key: 'none', body: schema }, async (call) => ({
    status: 200,
    json: await handle(call),
  }));
  const event = {
    httpMethod: 'POST',
    multiValueHeaders: { 'Content-Type': ['application/json'] },
    path: '/v1/charges',
    resource: changes.path ?? '/v1/charges',
    body: null,
    isBase64Encoded: false,
    pathParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { requestId: 'req-1', resourcePath: '/v1/charges', identity: { sourceIp: '203.0.113.7' } },
    ...changes,
  } as APIGatewayProxyEvent;
  const context = { getRemainingTimeInMillis: () => remainingMs } as Context;
  const { statusCode, headers = {}, body } = (await handler(event, context)) as APIGatewayProxyResult;
  return { status: statusCode, headers, json: JSON.parse(body) };
}
