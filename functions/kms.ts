/**
 * The KMS client, for functions whose row in infra/routes.ts names a key. Apart from deps.ts, so that no other function
 * carries a client it may not use, neither in its bundle nor in its start.
 */
import { KMSClient } from '@aws-sdk/client-kms';
import { CLIENT } from './deps.ts';

export const makeKms = (): KMSClient => new KMSClient(CLIENT);
