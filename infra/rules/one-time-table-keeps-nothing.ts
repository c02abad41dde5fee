/** A security code that was erased must be gone: nothing may keep an older state of the table it lay in (V2). */
import { list, namesOf, object, type Rule, TABLE_TYPES, tableName } from './rule.ts';

export const oneTimeTableKeepsNothing: Rule = {
  name: 'OneTimeTableKeepsNothing',
  requirement: '3.3.1',
  says: 'The table of one-time tokens has no point-in-time recovery, no stream and no replica, which would keep security codes past authorization',
  types: TABLE_TYPES,
  faults: (resource) => {
    if (tableName(resource) !== 'Tokens') return [];
    const { PointInTimeRecoverySpecification, StreamSpecification, KinesisStreamSpecification, Replicas } =
      resource.properties;
    return namesOf({
      // Anything but a plain `false`: what is decided at deployment may turn out true.
      recovery: ![undefined, false].includes(
        object(PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled as boolean | undefined,
      ),
      stream: StreamSpecification !== undefined,
      kinesis: KinesisStreamSpecification !== undefined,
      // A global table copies through a stream, and states its recovery for each of its replicas.
      replica: resource.type === 'AWS::DynamoDB::GlobalTable' || list(Replicas).length > 0,
    });
  },
};
