/**
 * Responses that API Gateway sends without running a function, in the same RFC 9457 form and from the same table of
 * errors as the functions' own, so that a client needs one parser.
 */
import { CfnGatewayResponse, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { ERRORS, type ErrorCode } from '../../shared/base/errors.ts';

/** API Gateway's response types; the two defaults cover all others. */
const RESPONSES: Readonly<Record<string, ErrorCode>> = {
  // A path without a route: API Gateway reports it as a missing AWS signature.
  MISSING_AUTHENTICATION_TOKEN: 'route_not_found',
  RESOURCE_NOT_FOUND: 'route_not_found',
  REQUEST_TOO_LARGE: 'body_too_large',
  UNSUPPORTED_MEDIA_TYPE: 'unsupported_content_type',
  BAD_REQUEST_BODY: 'malformed_json',
  WAF_FILTERED: 'request_refused',
  THROTTLED: 'too_many_requests',
  INTEGRATION_TIMEOUT: 'busy',
  DEFAULT_4XX: 'request_refused',
  DEFAULT_5XX: 'internal',
};

export function addGatewayResponses(api: RestApi): void {
  for (const [responseType, code] of Object.entries(RESPONSES)) {
    const { status, title, next } = ERRORS[code];
    new CfnGatewayResponse(api, `Response${responseType}`, {
      restApiId: api.restApiId,
      responseType,
      statusCode: String(status),
      responseParameters: {
        'gatewayresponse.header.Content-Type': "'application/problem+json'",
        'gatewayresponse.header.Cache-Control': "'no-store'",
        ...('retryable' in ERRORS[code] ? { 'gatewayresponse.header.Retry-After': "'1'" } : {}),
      },
      responseTemplates: {
        'application/json': JSON.stringify({
          type: `urn:fuda:error:${code}`,
          title,
          status,
          detail: next,
          code,
          request_id: '$context.requestId',
        }),
      },
    });
  }
}
