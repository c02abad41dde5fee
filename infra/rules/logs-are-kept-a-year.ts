/** The template must state a retention of at least twelve months: without one CloudWatch keeps logs for ever. */
import { namesOf, type Rule } from './rule.ts';

const YEAR_DAYS = 365;

export const logsAreKeptAYear: Rule = {
  name: 'LogsAreKeptAYear',
  requirement: '10.5.1',
  says: 'Every log group is encrypted under a key of the vault and kept for a stated time of a year or more',
  types: ['AWS::Logs::LogGroup'],
  faults: ({ properties }) =>
    namesOf({
      retention: !(Number(properties.RetentionInDays) >= YEAR_DAYS),
      encryption: properties.KmsKeyId === undefined,
    }),
};
