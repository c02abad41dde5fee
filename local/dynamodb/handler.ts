/** DynamoDB over the wire: permissions checked against the template, then the engine, then a CloudTrail record. */
import { randomBytes } from 'node:crypto';
import { base32 } from '../../shared/base/ids.ts';
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import { errorBody, refusal, type Service, type ServiceCall, type ServiceResponse } from '../endpoint/service.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { TemplateTable } from '../template/storage.ts';
import { accessesOf, eventOf, OPERATIONS } from './access.ts';
import type { Engine } from './engine.ts';

const REQUEST_ID_LENGTH = 52;

export function dynamoDbService(
  engine: Engine,
  definitions: readonly TemplateTable[],
  authorizer: Authorizer,
): Service {
  const tables = new Map(definitions.map((table) => [table.name, table]));
  return {
    target: 'DynamoDB_20120810',
    contentType: 'application/x-amz-json-1.0',
    requestId: () => base32(randomBytes(33), REQUEST_ID_LENGTH).toUpperCase(),
    renderError: errorBody,
    async call({ operation, body, principal }: ServiceCall): Promise<ServiceResponse> {
      let event: ServiceEvent | null = null;
      try {
        if (!OPERATIONS.has(operation)) throw new AwsError('UnknownOperationException', 'Not available locally.');
        const request = parse(body);
        const accesses = accessesOf(operation, request, tables);
        event = eventOf(operation, request, accesses);
        for (const { action, resourceArn, table, context } of accesses) {
          await authorizer.authorize({ principal, action, resourceArn, resourcePolicy: table.policy, context });
        }
        const response = await engine.call(operation, body);
        return { ...response, event: response.status === 200 ? event : { ...event, ...engineError(response.body) } };
      } catch (error) {
        return refusal(error, event);
      }
    },
  };
}

function parse(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString()) as Record<string, unknown>;
  } catch {
    throw new AwsError('SerializationException', 'The request is not JSON.');
  }
}

/** The engine's error in CloudTrail's form: `com.amazonaws.dynamodb.v20120810#Name` → `Name`. */
function engineError(body: Buffer): Pick<ServiceEvent, 'errorCode' | 'errorMessage'> {
  const { __type, message, Message } = JSON.parse(body.toString()) as Record<string, string>;
  return { errorCode: __type?.split('#').at(-1) ?? 'InternalServerError', errorMessage: message ?? Message ?? '' };
}
