/** A grant gives access without a policy, so only AWS’s own services may create one, for a resource. */
import { object, type Rule } from './rule.ts';
import { allowances, POLICY_TYPES } from './statements.ts';

export const keysAreNotHandedOn: Rule = {
  name: 'KeysAreNotHandedOn',
  requirement: '3.6.1, 7.2.2',
  says: 'Only AWS services may create grants on a key, for resources of the vault',
  types: POLICY_TYPES,
  faults: (resource) => {
    const grants = allowances(resource).filter(({ actions }) =>
      actions.some((action) => /^(?:\*|kms:(?:\*|Create\*|CreateGrant))$/i.test(action)),
    );
    const isForService = (conditions: Readonly<Record<string, unknown>>) =>
      String(object(conditions.Bool)['kms:GrantIsForAWSResource']) === 'true';
    return grants.every(({ conditions }) => isForService(conditions)) ? [] : ['grant'];
  },
};
