/** Deploying again does not restore the cards or charges of a table that was deleted by mistake. */
import { type Rule, TABLE_TYPES, tableName } from './rule.ts';

export const tablesCannotBeDeleted: Rule = {
  name: 'TablesCannotBeDeleted',
  requirement: '6.5.1',
  says: 'The vault’s tables are protected from deletion; only the simulated processor’s may go',
  types: TABLE_TYPES,
  faults: (resource) => {
    const name = tableName(resource);
    if (name === undefined || name === 'Simulator') return [];
    return resource.properties.DeletionProtectionEnabled === true ? [] : ['unprotected'];
  },
};
