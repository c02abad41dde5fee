/**
 * Waits until the local runtime has sealed its trail up to now. CloudTrail delivers and signs in its own time; the local
 * one within seconds, so a report made right after a payment can show it, in full and signed.
 */

import { openTrailFolder } from '../../../audit/trail/trail-folder.ts';
import { readTrailKey } from '../../../audit/trail/trail-keys.ts';
import type { Clock } from '../../../shared/base/clock.ts';

const POLL_MS = 500;
const WAIT_MS_MAX = 20_000;
/** A digest ends on a whole second and may end before the call it covers; over the next call comes one that does not. */
const ASK_AGAIN_MS = 2_500;

/**
 * False where no digest that ends at `untilMs` or later appeared in time. `ask` makes a call that the trail records, since
 * nothing is signed where nothing happens.
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
