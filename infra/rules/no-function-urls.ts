/** A function with a URL of its own is reached past the firewall, the throttle and the access log. */
import type { Rule } from './rule.ts';

export const noFunctionUrls: Rule = {
  name: 'NoFunctionUrls',
  requirement: '1.2.5, 1.4.1',
  says: 'Functions are reached through the API only',
  types: ['AWS::Lambda::Url'],
  faults: () => ['url'],
};
