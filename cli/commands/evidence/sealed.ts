/**
 * Waits until the local runtime has signed its trail up to now. That takes seconds, unlike CloudTrail, so a report made
 * right after a payment can include it, signed.
 */

import { openTrailFolder } from '../../../audit/trail/trail-folder.ts';
import { readTrailKey } from '../../../audit/trail/trail-keys.ts';
import type { Clock } from '../../../shared/base/clock.ts';

const POLL_MS = 500;
const WAIT_MS_MAX = 20_000;
/** A digest ends on a whole second and may end just before a call; the digest after the next call covers it. */
const ASK_AGAIN_MS = 2_500;

/**
 * False where no digest that ends at `untilMs` or later appeared in time. `ask` makes a call that the trail records,
 * because the local runtime signs only where there are events.
 */
export async function trailSealed(
  folder: string,
  untilMs: number,
  clock: Clock,
  ask: () => Promise<void>,
): Promise<boolean> {
  for (let waitedMs = 0; waitedMs <= WAIT_MS_MAX; waitedMs += POLL_MS) {
    if (waitedMs % ASK_AGAIN_MS === 0) await ask();
    const { keys } = await openTrailFolder(folder);
    const ends = keys.map(readTrailKey).flatMap((file) => (file.kind === 'digest' ? [file.timeMs] : []));
    if (ends.some((endMs) => endMs >= untilMs)) return true;
    await clock.sleep(POLL_MS);
  }
  return false;
}
