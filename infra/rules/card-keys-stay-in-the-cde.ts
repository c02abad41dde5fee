/** Two policies decide which roles may decrypt a card; both may name roles of functions/cde only (V1, V5). */
import type { KeyName } from '../../shared/base/tables.ts';
import type { Rule } from './rule.ts';
import { allowances, keysIn, POLICY_TYPES, rolesOf, usesKeys } from './statements.ts';

const GUARDED: readonly (KeyName | 'any')[] = ['PanKey', 'FormerPanKey', 'CvcKey', 'any'];
/** `Fuda/Vault/Functions/CdeCreateCharge/Role`. */
const CDE_ROLE = /\/Cde[A-Z]\w*\/Role$/;

export const cardKeysStayInTheCde: Rule = {
  name: 'CardKeysStayInTheCde',
  requirement: '3.6.1, 7.2.5',
  says: 'Only roles of functions/cde may use the keys of card numbers and security codes, in their own policies and in the keys’',
  types: POLICY_TYPES,
  faults: (resource) => {
    const strangers = allowances(resource)
      .filter(usesKeys)
      .filter((allowance) => keysIn(resource, allowance).some((key) => GUARDED.includes(key)))
      .flatMap((allowance) => {
        const roles = rolesOf(resource, allowance);
        return roles.length > 0 ? roles.filter((role) => !CDE_ROLE.test(role)) : ['any principal'];
      });
    return strangers.length > 0 ? ['stranger'] : [];
  },
};
