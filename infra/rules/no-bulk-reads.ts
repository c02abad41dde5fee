/** Cards are read one at a time by id; no single call may return them all. */
import type { Rule } from './rule.ts';
import { allowances, IDENTITY_TYPES } from './statements.ts';

const BULK =
  /^dynamodb:(?:Scan|PartiQL\w+|ExportTableToPointInTime|CreateBackup|RestoreTable\w+|EnableKinesisStreamingDestination|UpdateContinuousBackups|UpdateTable|GetRecords)$/i;

export const noBulkReads: Rule = {
  name: 'NoBulkReads',
  requirement: '3.4.2, 7.2.6',
  says: 'No role may scan, export, copy or stream a table, or change its backups',
  types: IDENTITY_TYPES,
  faults: (resource) =>
    allowances(resource).some(({ actions }) => actions.some((action) => BULK.test(action))) ? ['bulk'] : [],
};
