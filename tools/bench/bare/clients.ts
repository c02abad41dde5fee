/** The minimum of a function with keys: the two clients, made as functions/runtime/deps.ts makes them. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';

const CLIENT = { maxAttempts: 3, requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 } };

export const dynamodb = new DynamoDBClient(CLIENT);
export const kms = new KMSClient(CLIENT);
export const handler = async (): Promise<undefined> => undefined;
