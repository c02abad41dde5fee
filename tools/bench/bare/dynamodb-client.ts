/** The minimum of a function without keys. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const CLIENT = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 } };

export const dynamodb = new DynamoDBClient(CLIENT);
export const handler = async (): Promise<undefined> => undefined;
