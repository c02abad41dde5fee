/** Log groups as an audit needs them: encrypted, and kept for at least a year (PCI DSS 4.0.1 10.5.1). */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** How the logs of one vault are kept. */
export interface LogKeeping {
  readonly dataKey: IKey;
  readonly retention: RetentionDays;
}

/** `name` only where AWS demands one; otherwise CloudFormation gives a name of its own. */
export function createLogGroup(scope: Construct, id: string, keeping: LogKeeping, name?: string): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: keeping.dataKey,
    retention: keeping.retention,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(name === undefined ? {} : { logGroupName: name }),
  });
}
