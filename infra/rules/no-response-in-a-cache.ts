/**
 * A response is about one merchant’s card; a cache could return it to another merchant, and stores data for no need.
 */
import { list, namesOf, object, type Rule } from './rule.ts';

export const noResponseInACache: Rule = {
  name: 'NoResponseInACache',
  requirement: '3.2.1',
  says: 'The API caches no response',
  types: ['AWS::ApiGateway::Stage'],
  faults: ({ properties }) =>
    namesOf({
      cluster: properties.CacheClusterEnabled === true,
      method: list(properties.MethodSettings).some((setting) => object(setting).CachingEnabled === true),
    }),
};
