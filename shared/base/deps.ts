/**
 * The dependencies of every verb: time, randomness, the two AWS clients, and the names of the tables and keys its
 * function may use. They are an argument, so nothing in `shared/` reads the environment.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KMSClient } from '@aws-sdk/client-kms';
import type { Clock } from './clock.ts';
import type { LiveDestination } from './destinations.ts';
import type { RandomBytes } from './ids.ts';
import type { KeyName, TableName } from './tables.ts';

export interface Deps {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
  /** The table's name in this deployment; throws where the function did not ask for the table. */
  table(name: TableName): string;
  /** The key's ARN in this deployment; throws where the function did not ask for the key. */
  key(name: KeyName): string;
  /** Where this deployment lets the function send live cards; absent: nowhere. */
  readonly liveDestinations?: readonly LiveDestination[];
}
