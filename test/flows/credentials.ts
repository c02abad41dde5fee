/** AWS under the credentials of one function: what its role may do, and what somebody who stole them could. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import type { Runtime } from '../../local/runtime.ts';

export interface RoleClients extends Disposable {
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
}

export function actingAs(runtime: Runtime, entry: string): RoleClients {
  const config = {
    region: runtime.region,
    endpoint: runtime.awsEndpointUrl,
    credentials: runtime.assume(entry),
    maxAttempts: 3,
  };
  const dynamodb = new DynamoDBClient(config);
  const kms = new KMSClient(config);
  return {
    dynamodb,
    kms,
    [Symbol.dispose]: () => {
      dynamodb.destroy();
      kms.destroy();
    },
  };
}
