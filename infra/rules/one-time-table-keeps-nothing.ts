/**
 * A security code that was erased must be gone, and so must a capture key that was dropped: nothing may keep an older state
 * of the tables they lay in (V2).
 */
import { forgets, list, namesOf, object, type Rule, TABLE_TYPES } from './rule.ts';

export const oneTimeTableKeepsNothing: Rule = {
  name: 'OneTimeTableKeepsNothing',
  requirement: '3.3.1',
  says: 'The tables of one-time tokens and of capture keys have no point-in-time recovery, no stream and no replica, which would keep security codes past authorization, and keys past their end',
  types: TABLE_TYPES,
  faults: (resource) => {
    if (!forgets(resource)) return [];
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
