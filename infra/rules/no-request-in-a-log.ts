/** API Gateway’s data traces write whole requests, card numbers included, into a log (V1). */
import { list, object, type Rule } from './rule.ts';

export const noRequestInALog: Rule = {
  name: 'NoRequestInALog',
  requirement: '3.3.1, 3.5.1',
  says: 'The API traces no request data',
  types: ['AWS::ApiGateway::Stage'],
  faults: ({ properties }) =>
    list(properties.MethodSettings).some((setting) => object(setting).DataTraceEnabled === true) ? ['trace'] : [],
};
