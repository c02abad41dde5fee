/**
 * The KMS client, for functions that have a key in infra/routes.ts. Not in deps.ts, so that other functions neither
 * bundle nor load a client they may not use.
 */
import { KMSClient } from '@aws-sdk/client-kms';
import { CLIENT, RETRIES, reportRetries } from './deps.ts';

export function makeKms(): KMSClient {
  const kms = new KMSClient(CLIENT);
  kms.middlewareStack.add(reportRetries('kms'), RETRIES);
  return kms;
}
