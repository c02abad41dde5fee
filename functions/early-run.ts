/**
 * Starts the deliverer for what was just written (shared/webhooks/early-run.ts), without waiting for it. At best: a run that
 * does not start costs its events a minute, for the schedule finds them, and fails nothing. One signed request by hand,
 * because Lambda's own client is longer than all else of these functions together with KMS's.
 * Source: Lambda API reference, Invoke; the signature is the SDK's.
 */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Deps } from '../shared/base/deps.ts';
import { claimEarlyRun, type EarlyRun } from '../shared/webhooks/early-run.ts';
import { deliverer, report } from './deps.ts';

/** Longer than starting takes, and short beside what the caller has waited for already. */
const START_TIMEOUT_MS = 1_500;

/** Where the deliverer cannot be reached, as from inside a network of the vault's own, this does nothing. */
export function earlyRuns(deps: Deps): () => Promise<void> {
  const start = starter(deps);
  return async () => {
    if (start === null) return;
    try {
      const run = await claimEarlyRun(deps);
      if (run !== null) await start(run);
    } catch (error) {
      const cause = error instanceof Error ? error.name : undefined;
      report('warn', deps.clock.nowMs(), { event: 'early_run_not_started', error: cause });
    }
  };
}

function starter({ clock, dynamodb }: Deps): ((run: EarlyRun) => Promise<void>) | null {
  const { name, endpoint } = deliverer();
  if (name === undefined) return null;
  const { credentials, region, sha256 } = dynamodb.config;
  const signer = new SignatureV4({ service: 'lambda', credentials, region, sha256 });
  const url = new URL(`/2015-03-31/functions/${encodeURIComponent(name)}/invocations`, endpoint);
  return async (run) => {
    const request = {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { host: url.host, 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' },
      body: JSON.stringify(run),
    };
    const signed = await signer.sign(request, { signingDate: new Date(clock.nowMs()) });
    // `fetch` says the host itself.
    const { host: _host, ...headers } = signed.headers;
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    const { status } = await fetch(url, { method: 'POST', headers, body: request.body, signal, redirect: 'error' });
    if (status !== 202) throw new Error('Lambda has not taken the run');
  };
}
