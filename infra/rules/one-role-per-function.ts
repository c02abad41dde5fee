/** Two functions with one role have each other’s rights. */
import type { Rule } from './rule.ts';

export const oneRolePerFunction: Rule = {
  name: 'OneRolePerFunction',
  requirement: '7.2.5',
  says: 'No two functions share a role',
  types: ['AWS::Lambda::Function'],
  faults: (resource) => {
    const role = JSON.stringify(resource.properties.Role);
    const sharing = resource.others('AWS::Lambda::Function').filter(({ path }) => path !== resource.path);
    return sharing.some(({ properties }) => JSON.stringify(properties.Role) === role) ? ['shared'] : [];
  },
};
