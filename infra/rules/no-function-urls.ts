/** A function URL bypasses the firewall, the throttle and the access log. */
import type { Rule } from './rule.ts';

export const noFunctionUrls: Rule = {
  name: 'NoFunctionUrls',
  requirement: '1.2.5, 1.4.1',
  says: 'Functions are reached through the API only',
  types: ['AWS::Lambda::Url'],
  faults: () => ['url'],
};
