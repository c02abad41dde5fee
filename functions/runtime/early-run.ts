/**
 * Starts the deliverer for new events (shared/events/early-run.ts) without waiting for it. A failed start is not an
 * error: the deliverer's schedule finds the events within a minute. Source: Lambda API reference, Invoke.
 */
import type { Deps } from '../../shared/base/deps.ts';
import { claimEarlyRun, type EarlyRun } from '../../shared/events/early-run.ts';
import { deliverer, report } from './deps.ts';
import { signedCaller } from './signed-call.ts';

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

function starter(deps: Deps): ((run: EarlyRun) => Promise<void>) | null {
  const { name, endpoint } = deliverer();
  if (name === undefined) return null;
  const call = signedCaller(deps, 'lambda', endpoint);
  const path = `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`;
  const headers = { 'content-type': 'application/json', 'x-amz-invocation-type': 'Event' };
  return async (run) => {
    const { status } = await call({ path, headers, body: JSON.stringify(run), timeoutMs: START_TIMEOUT_MS });
    if (status !== 202) throw new Error('Lambda has not taken the run');
  };
}
