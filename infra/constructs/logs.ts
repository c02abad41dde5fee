/** Log groups as an audit needs them: encrypted, and kept for at least a year (PCI DSS 4.0.1 10.5.1). */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Twelve months are required; CloudWatch's next larger step is 400 days. */
export const LOG_RETENTION = RetentionDays.THIRTEEN_MONTHS;

/** `name` only where AWS demands one; otherwise CloudFormation gives a name of its own. */
export function createLogGroup(scope: Construct, id: string, dataKey: IKey, name?: string): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: dataKey,
    retention: LOG_RETENTION,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(name === undefined ? {} : { logGroupName: name }),
  });
}
