/** Answers concern one card of one merchant; a cache could give them to another, and keeps what nobody needs. */
import { list, namesOf, object, type Rule } from './rule.ts';

export const noAnswerInACache: Rule = {
  name: 'NoAnswerInACache',
  requirement: '3.2.1',
  says: 'The API caches no answer',
  types: ['AWS::ApiGateway::Stage'],
  faults: ({ properties }) =>
    namesOf({
      cluster: properties.CacheClusterEnabled === true,
      method: list(properties.MethodSettings).some((setting) => object(setting).CachingEnabled === true),
    }),
};
