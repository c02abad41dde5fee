/** Log groups: encrypted, and kept for at least a year (PCI DSS 4.0.1 10.5.1). */
import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Encryption and retention, the same for all logs of a vault. */
export interface LogKeeping {
  readonly dataKey: IKey;
  readonly retention: RetentionDays;
}

/** `name` only if AWS requires a certain name; otherwise CloudFormation generates one. */
export function createLogGroup(scope: Construct, id: string, keeping: LogKeeping, name?: string): LogGroup {
  return new LogGroup(scope, id, {
    encryptionKey: keeping.dataKey,
    retention: keeping.retention,
    removalPolicy: RemovalPolicy.RETAIN,
    ...(name === undefined ? {} : { logGroupName: name }),
  });
}
