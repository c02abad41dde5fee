/**
 * When the resource of a receiver of live cards was deployed (infra/destinations.ts). Source: Systems Manager API reference,
 * GetParameter: `LastModifiedDate`, in seconds. An unread date is no error: it makes the first use count as late.
 */
import * as z from 'zod/mini';
import type { Deps } from '../../shared/base/deps.ts';
import { destinationSettings } from './deps.ts';
import { signedCaller } from './signed-call.ts';

const TIMEOUT_MS = 3_000;

const Found = z.object({ Parameter: z.object({ LastModifiedDate: z.number().check(z.positive()) }) });

/** Receiver → milliseconds; null where AWS does not say. */
export function deployments(deps: Deps): (receiver: string) => Promise<number | null> {
  const { folder, endpoint } = destinationSettings();
  if (folder === undefined) return async () => null;
  const call = signedCaller(deps, 'ssm', endpoint);
  return async (receiver) => {
    try {
      const response = await call({
        path: '/',
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameter' },
        body: JSON.stringify({ Name: `${folder}/${receiver}` }),
        timeoutMs: TIMEOUT_MS,
      });
      return Math.round(Found.parse(await response.json()).Parameter.LastModifiedDate * 1_000);
    } catch {
      return null;
    }
  };
}
