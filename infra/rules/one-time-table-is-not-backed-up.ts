/** AWS Backup would copy the table’s ciphertexts into a backup vault (V2). */
import { forgets, list, namesOf, object, type Rule, TABLE_TYPES } from './rule.ts';

export const oneTimeTableIsNotBackedUp: Rule = {
  name: 'OneTimeTableIsNotBackedUp',
  requirement: '3.3.1',
  says: 'No backup plan selects the tables of one-time tokens or capture keys, by name, by tag or by pattern',
  types: ['AWS::Backup::BackupSelection'],
  faults: (resource) => {
    const tables = TABLE_TYPES.flatMap((type) => resource.others(type)).filter(forgets);
    if (tables.length === 0) return [];
    const { Resources, NotResources, ListOfTags, Conditions } = object(resource.properties.BackupSelection);
    const isAmong = (targets: unknown, path: string) => list(targets).some((one) => resource.refersTo(one) === path);
    const isPattern = (target: unknown) => typeof target === 'string' && target.includes('*');
    const isSpared = tables.every(({ path }) => isAmong(NotResources, path));
    return namesOf({
      named: tables.some(({ path }) => isAmong(Resources, path)),
      pattern: !isSpared && list(Resources).some(isPattern),
      tags: !isSpared && (list(ListOfTags).length > 0 || Conditions !== undefined),
    });
  },
};
