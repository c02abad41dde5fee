/**
 * Systems Manager over the wire: GetParameter on the parameters of the template, without their history. Source: Systems
 * Manager API reference.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import { errorBody, refusal, type Service, type ServiceCall, type ServiceResponse } from '../endpoint/service.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { ParameterDefinition } from '../template/storage.ts';

const Request = z.object({ Name: z.string().min(1).max(2_048) });

/** `deployedAtMs`: of every parameter. */
export function ssmService(
  parameters: readonly ParameterDefinition[],
  authorizer: Authorizer,
  deployedAtMs: number,
): Service {
  const read = async ({ operation, principal }: ServiceCall, name: string): Promise<object> => {
    if (operation !== 'GetParameter') throw new AwsError('UnknownOperationException', 'Not available locally.');
    const found = parameters.find((parameter) => parameter.name === name);
    const resourceArn = found?.arn ?? '*';
    const action = 'ssm:GetParameter';
    await authorizer.authorize({ principal, action, resourceArn, resourcePolicy: undefined, context: {} });
    if (found === undefined) throw new AwsError('ParameterNotFound', 'There is no such parameter.');
    const { arn: ARN, value: Value, type: Type } = found;
    return { Parameter: { ARN, Name: name, Type, Value, Version: 1, LastModifiedDate: deployedAtMs / 1_000 } };
  };
  return {
    target: 'AmazonSSM',
    contentType: 'application/x-amz-json-1.1',
    requestId: randomUUID,
    renderError: errorBody,
    async call(call: ServiceCall): Promise<ServiceResponse> {
      const name = Request.safeParse(JSON.parse(call.body.toString() || '{}')).data?.Name ?? '';
      const event = eventOf(call.operation, name);
      try {
        return { status: 200, body: JSON.stringify(await read(call, name)), event };
      } catch (error) {
        return refusal(error, event);
      }
    },
  };
}

const eventOf = (eventName: string, name: string): ServiceEvent => ({
  eventSource: 'ssm.amazonaws.com',
  eventName,
  category: 'Management',
  readOnly: true,
  requestParameters: { name },
  resources: [],
});
