/** AWS Backup copies whatever a selection takes in, and keeps it in a vault of its own (V2). */
import { list, namesOf, object, type Rule, TABLE_TYPES, tableName } from './rule.ts';

export const oneTimeTableIsNotBackedUp: Rule = {
  name: 'OneTimeTableIsNotBackedUp',
  requirement: '3.3.1',
  says: 'No backup plan takes in the table of one-time tokens, by name, by tag or by pattern',
  types: ['AWS::Backup::BackupSelection'],
  faults: (resource) => {
    const tables = TABLE_TYPES.flatMap((type) => resource.others(type)).filter(
      (table) => tableName(table) === 'Tokens',
    );
    if (tables.length === 0) return [];
    const { Resources, NotResources, ListOfTags, Conditions } = object(resource.properties.BackupSelection);
    const isTable = (target: unknown) => tables.some(({ path }) => resource.refersTo(target) === path);
    const isPattern = (target: unknown) => typeof target === 'string' && target.includes('*');
    const isSpared = list(NotResources).some(isTable);
    return namesOf({
      named: list(Resources).some(isTable),
      pattern: !isSpared && list(Resources).some(isPattern),
      tags: !isSpared && (list(ListOfTags).length > 0 || Conditions !== undefined),
    });
  },
};
