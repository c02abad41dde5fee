/**
 * Responses that API Gateway sends by itself: the template's gateway responses, or AWS's defaults. Source: API Gateway
 * developer guide, "Gateway response types".
 */
import type { ApiDefinition } from '../template/api.ts';
import type { GatewayResponse } from './event.ts';

const DEFAULTS = {
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  BAD_REQUEST_BODY: { status: 400, message: 'Invalid request body' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long' },
  INTEGRATION_FAILURE: { status: 504, message: 'Network error communicating with endpoint' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  API_CONFIGURATION_ERROR: { status: 500, message: 'Internal server error' },
  // A function that failed, timed out or returned another form: DEFAULT_5XX, with this status.
  BAD_INTEGRATION_RESPONSE: { status: 502, message: 'Internal server error' },
} as const;

export type GatewayFailure = keyof typeof DEFAULTS;

export function gatewayResponse(api: ApiDefinition, failure: GatewayFailure, requestId: string): GatewayResponse {
  const { status, message } = DEFAULTS[failure];
  const byType = (type: string) => api.gatewayResponses.find(({ ResponseType }) => ResponseType === type);
  const own = byType(failure) ?? byType(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX');
  const variables: Record<string, string> = {
    'context.requestId': requestId,
    'context.extendedRequestId': requestId,
    'context.error.message': message,
    'context.error.messageString': JSON.stringify(message),
    'context.error.responseType': failure,
  };
  const template = own?.ResponseTemplates['application/json'] ?? '{"message":$context.error.messageString}';
  const body = template.replaceAll(/\$([a-zA-Z.]+)/g, (text, name: string) => variables[name] ?? text);
  // Parameters have the form `gatewayresponse.header.<name>` → `'literal'`.
  const headers = Object.entries(own?.ResponseParameters ?? {}).flatMap(([target, value]): [string, string][] => {
    const name = /^gatewayresponse\.header\.(.+)$/.exec(target)?.[1];
    const literal = /^'(.*)'$/.exec(value)?.[1];
    return name === undefined || literal === undefined ? [] : [[name, literal]];
  });
  const typed = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status: Number(own?.StatusCode ?? status),
    headers: [...(typed ? [] : [['Content-Type', 'application/json'] as const]), ...headers],
    body: Buffer.from(body),
  };
}
