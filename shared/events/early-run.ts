/**
 * A request that writes an event starts the deliverer, so that the event does not wait for the next minute. Of all
 * requests within a second only the first starts a run. The run begins when that second is over, so it finds the events
 * of all; a flood of payments starts at most one run a second.
 *
 *   second 41 │ payment ─ first ─► a run that waits for 42 │ payment ─ second ─► nothing to do │
 *   second 42 │ the run copies both and sends them
 */
import * as z from 'zod/mini';
import type { Deps } from '../base/deps.ts';
import { upsert } from '../base/dynamo.ts';
import { parse } from '../base/parse.ts';

const SECOND_MS = 1_000;
const KEPT_SECONDS = 60;
const TIMEOUT_MS = 1_000;

/** The input of an early run; a scheduled run has none. */
const EarlyRun = z.object({ start_at_ms: z.int() });
export type EarlyRun = z.infer<typeof EarlyRun>;

/** The run to start; null where another request of this second has started it. */
export async function claimEarlyRun(deps: Deps, timeoutMs = TIMEOUT_MS): Promise<EarlyRun | null> {
  const second = Math.floor(deps.clock.nowMs() / SECOND_MS);
  const { starts } = await upsert<{ readonly starts: number }>(deps, 'Counters', `run_${second}`, {
    update: 'SET expires_at_s = :expires ADD starts :one',
    values: { ':one': 1, ':expires': second + KEPT_SECONDS },
    timeoutMs,
  });
  return starts === 1 ? { start_at_ms: (second + 1) * SECOND_MS } : null;
}

/**
 * Waits until an early run may begin; a scheduled one begins at once. The wait is bounded, because clocks may differ.
 */
export async function awaitStart({ clock }: Deps, event: unknown): Promise<void> {
  if (typeof event !== 'object' || event === null || !('start_at_ms' in event)) return;
  const waitMs = parse(EarlyRun, event).start_at_ms - clock.nowMs();
  if (waitMs > 0) await clock.sleep(Math.min(waitMs, 2 * SECOND_MS));
}
