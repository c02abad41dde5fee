/**
 * The KMS client, for functions whose row in infra/routes.ts names a key. Apart from deps.ts, so that no other function
 * carries a client it may not use, neither in its bundle nor in its start.
 */
import { KMSClient } from '@aws-sdk/client-kms';
import { CLIENT, RETRIES, reportRetries } from './deps.ts';

export function makeKms(): KMSClient {
  const kms = new KMSClient(CLIENT);
  kms.middlewareStack.add(reportRetries('kms'), RETRIES);
  return kms;
}
