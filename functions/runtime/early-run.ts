/**
 * Starts the deliverer for new events (shared/events/early-run.ts) without waiting for it. A failed start is not an
 * error: the deliverer's schedule finds the events within a minute. Sends one signed request with `fetch`, because
 * Lambda's client is larger than the rest of a function including KMS's client. Source: Lambda API reference, Invoke.
 */
import { SignatureV4 } from '@smithy/signature-v4';
import type { Deps } from '../../shared/base/deps.ts';
import { claimEarlyRun, type EarlyRun } from '../../shared/events/early-run.ts';
import { deliverer, report } from './deps.ts';

/** Longer than starting takes, and short compared with the request it delays. */
const START_TIMEOUT_MS = 1_500;

/** Does nothing if the function has no deliverer, as inside the vault's network. */
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
    // `fetch` sets the host header itself.
    const { host: _host, ...headers } = signed.headers;
    const signal = AbortSignal.timeout(START_TIMEOUT_MS);
    const { status } = await fetch(url, { method: 'POST', headers, body: request.body, signal, redirect: 'error' });
    if (status !== 202) throw new Error('Lambda has not taken the run');
  };
}
