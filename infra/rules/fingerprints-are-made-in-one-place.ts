/** A role that can make fingerprints can try card numbers until one matches, so one function has that right. */
import { keyName, type Rule } from './rule.ts';
import { type Allowance, allowances, keysIn, POLICY_TYPES, rolesOf, usesKeys } from './statements.ts';

const MAKER = /\/CdeCreateToken\/Role$/;

export const fingerprintsAreMadeInOnePlace: Rule = {
  name: 'FingerprintsAreMadeInOnePlace',
  requirement: '3.5.1.1',
  says: 'Only create-token may use the key of the fingerprints',
  types: POLICY_TYPES,
  faults: (resource) => {
    const isMakers = (allowance: Allowance) => {
      const roles = rolesOf(resource, allowance);
      return roles.length > 0 && roles.every((role) => MAKER.test(role));
    };
    const isOfKey = (allowance: Allowance) =>
      resource.type === 'AWS::KMS::Key'
        ? keyName(resource.path) === 'FingerprintKey'
        : keysIn(resource, allowance).some((key) => key === 'FingerprintKey' || key === 'any');
    const others = allowances(resource).filter((allowance) => usesKeys(allowance) && isOfKey(allowance));
    return others.every(isMakers) ? [] : ['stranger'];
  },
};
