/**
 * Erased security codes and dropped capture keys must be gone, so nothing may keep older states of their tables (V2).
 */
import { forgets, list, namesOf, object, type Rule, TABLE_TYPES } from './rule.ts';

export const oneTimeTableKeepsNothing: Rule = {
  name: 'OneTimeTableKeepsNothing',
  requirement: '3.3.1',
  says: 'The tables of one-time tokens and of capture keys have no point-in-time recovery, no stream and no replica, which would keep security codes past authorization, and dropped keys',
  types: TABLE_TYPES,
  faults: (resource) => {
    if (!forgets(resource)) return [];
    const { PointInTimeRecoverySpecification, StreamSpecification, KinesisStreamSpecification, Replicas } =
      resource.properties;
    return namesOf({
      // Only a literal `false` passes: a value from a parameter may be true at deployment.
      recovery: ![undefined, false].includes(
        object(PointInTimeRecoverySpecification).PointInTimeRecoveryEnabled as boolean | undefined,
      ),
      stream: StreamSpecification !== undefined,
      kinesis: KinesisStreamSpecification !== undefined,
      // A global table copies through a stream, and sets recovery separately for each replica.
      replica: resource.type === 'AWS::DynamoDB::GlobalTable' || list(Replicas).length > 0,
    });
  },
};
