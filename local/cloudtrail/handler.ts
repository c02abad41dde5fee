/** CloudTrail over the wire: ListPublicKeys, the only call an audit makes to the service. */
import { randomUUID } from 'node:crypto';
import { AwsError } from '../base/aws-error.ts';
import type { ServiceEvent } from '../endpoint/event.ts';
import { errorBody, refusal, type Service, type ServiceCall, type ServiceResponse } from '../endpoint/service.ts';
import type { Authorizer } from '../iam/authorizer.ts';
import type { Trail } from './trail.ts';

const EVENT: ServiceEvent = {
  eventSource: 'cloudtrail.amazonaws.com',
  eventName: 'ListPublicKeys',
  category: 'Management',
  readOnly: true,
  requestParameters: null,
  resources: [],
};

export function cloudTrailService(trail: Pick<Trail, 'publicKeys'>, authorizer: Authorizer): Service {
  return {
    target: 'CloudTrail_20131101',
    contentType: 'application/x-amz-json-1.1',
    requestId: randomUUID,
    renderError: errorBody,
    async call({ operation, principal }: ServiceCall): Promise<ServiceResponse> {
      try {
        if (operation !== 'ListPublicKeys') throw new AwsError('UnknownOperationException', 'Not available locally.');
        const action = 'cloudtrail:ListPublicKeys';
        await authorizer.authorize({ principal, action, resourceArn: '*', resourcePolicy: undefined, context: {} });
        return { status: 200, body: JSON.stringify({ PublicKeyList: trail.publicKeys() }), event: EVENT };
      } catch (error) {
        return refusal(error, { ...EVENT, eventName: operation });
      }
    },
  };
}
