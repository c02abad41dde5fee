/**
 * Lambda over the wire: Invoke, synchronous or asynchronous, if the caller's policy allows it. A trail records it only
 * if a selector includes it.
 */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../base/aws-error.ts';
import { errorBody, type Service, type ServiceCall, type ServiceResponse } from '../endpoint/service.ts';
import type { Functions } from '../functions/functions.ts';
import type { InvocationOutcome } from '../functions/instance.ts';
import type { Authorizer } from '../iam/authorizer.ts';

const INVOKE = /^\/2015-03-31\/functions\/([^/?]+)\/invocations$/;

/** `functions` is a getter, because functions need the endpoint's address before they exist. */
export function lambdaService(
  functions: () => Functions,
  authorizer: Authorizer,
  arnPrefix: string,
  onFailure: (error: unknown) => void,
): Service {
  return {
    target: 'lambda',
    contentType: 'application/json',
    requestId: () => randomUUID(),
    renderError: errorBody,
    async call({ method, path, headers, body, principal }: ServiceCall): Promise<ServiceResponse> {
      const name = method === 'POST' ? decodeURIComponent(INVOKE.exec(path)?.[1] ?? '') : '';
      if (name === '') throw new AwsError('UnknownOperationException', 'Not available locally.');
      const resourceArn = name.startsWith('arn:') ? name : `${arnPrefix}${name}`;
      const action = 'lambda:InvokeFunction';
      await authorizer.authorize({ principal, action, resourceArn, resourcePolicy: undefined, context: {} });
      const definition = functions().find(resourceArn);
      if (!definition) throw new AwsError('ResourceNotFoundException', 'Function not found.', { status: 404 });
      const outcome = functions().invoke(definition, JSON.parse(body.toString()));
      if (headers['x-amz-invocation-type'] !== 'Event') return { ...responseOf(await outcome), event: null };
      // The caller does not wait; the function's log has the result.
      outcome.catch(onFailure);
      return { status: 202, body: '', event: null };
    },
  };
}

/** As in Lambda, an error of the function is a response too, marked by a header. */
function responseOf(outcome: InvocationOutcome): Omit<ServiceResponse, 'event'> {
  if (outcome.kind === 'returned') return { status: 200, body: JSON.stringify(outcome.value ?? null) };
  const errorType = outcome.kind === 'failed' ? outcome.errorType : 'Sandbox.Timedout';
  return { status: 200, headers: { 'x-amz-function-error': 'Unhandled' }, body: JSON.stringify({ errorType }) };
}
