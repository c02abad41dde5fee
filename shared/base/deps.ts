/**
 * What every verb is given: time, randomness, the two AWS clients and the names of the tables and keys its function
 * may use. Verbs take these as an argument, so nothing in `shared/` reads the environment.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Clock } from './clock.ts';
import type { RandomBytes } from './ids.ts';
import type { KeyName, TableName } from './tables.ts';

export interface Deps {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
  /** The table's name in this deployment; throws when the function was not given it. */
  table(name: TableName): string;
  /** The key's ARN in this deployment; throws when the function was not given it. */
  key(name: KeyName): string;
}
