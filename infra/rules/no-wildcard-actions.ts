/** A wildcard also grants actions that AWS adds later. */
import type { Rule } from './rule.ts';
import { allowances, POLICY_TYPES } from './statements.ts';

export const noWildcardActions: Rule = {
  name: 'NoWildcardActions',
  requirement: '7.2.2',
  says: 'Rights on keys and tables are listed action by action',
  types: POLICY_TYPES,
  faults: (resource) => {
    const actions = allowances(resource).flatMap((allowance) => allowance.actions);
    return actions.some((action) => /^(?:\*$|(?:kms|dynamodb):[^*?]*[*?])/i.test(action)) ? ['wildcard'] : [];
  },
};
