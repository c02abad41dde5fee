/**
 * Reviews each hour of the trail a second time, when all of it has come: CloudTrail may deliver a record a day late, and
 * lists it in a digest after that (PCI DSS 4.0.1 10.4.1.1, 10.4.3). An hour at a time fits a function of any vault up to the
 * rate in docs/performance.md, and a run goes on where the last one stopped. What was found is kept beside the trail.
 */

import { HOUR_MS, type HourlyStore, type HourlyWork, hourName, hoursDue, putOnce } from './base/hourly.ts';
import { type ContinuousDeps, TimeUp, type Watched, watchTrail } from './continuous.ts';
import type { Period } from './trail/digest-chain.ts';

/** A day for the last delivery, and the hours until a digest lists it. */
const COMPLETE_AFTER_MS = 28 * HOUR_MS;
const REVIEW = {
  folder: 'reviews',
  suffix: '.json',
  dueAfterMs: COMPLETE_AFTER_MS,
  lookBackHours: 240,
  firstHours: 1,
} as const satisfies HourlyWork;
/** A function that began in the hour before. */
const BEFORE_MS = 10 * 60_000;
/** A token made in the last minute of the hour lives for an hour, and is swept within ten minutes. */
const AFTER_MS = 75 * 60_000;

export interface Reviewed {
  /** What was found in the hours that this run reviewed. */
  readonly found: readonly Watched[];
  /** Hours not reviewed yet, because the time was up. */
  readonly left: number;
  /** Since the end of the oldest of them; zero without any. */
  readonly behindSeconds: number;
}

export interface ReviewDeps extends ContinuousDeps {
  readonly store: HourlyStore;
}

/** Starts no hour after the deadline. Throws TrailError where the trail cannot be read. */
export async function reviewHours(from: ReviewDeps, deadlineMs: number): Promise<Reviewed> {
  const { clock } = from.deps;
  const { hours, isFirst } = await hoursDue(from.store, REVIEW, clock.nowMs());
  const found: Watched[] = [];
  for (const hourMs of hours) {
    const watched = clock.nowMs() < deadlineMs && (await inTime(watchTrail(from, windowOf(hourMs), deadlineMs)));
    if (!watched) break;
    // A vault that is younger than the hour has no digest of it yet, and begins its reviews later.
    if (isFirst && watched.digestAgeSeconds === undefined) return { found, left: 0, behindSeconds: 0 };
    await putOnce(from.store, hourName('reviews', hourMs) + REVIEW.suffix, bodyOf(watched), 'application/json');
    found.push(watched);
  }
  const oldestMs = hours[found.length];
  const behindMs = oldestMs === undefined ? 0 : clock.nowMs() - oldestMs - HOUR_MS;
  return { found, left: hours.length - found.length, behindSeconds: Math.round(behindMs / 1_000) };
}

const windowOf = (hourMs: number): Period => ({ fromMs: hourMs - BEFORE_MS, toMs: hourMs + HOUR_MS + AFTER_MS });

/** Undefined where the deadline passed before the hour was read: a later run begins it again. */
const inTime = (watched: Promise<Watched>): Promise<Watched | undefined> =>
  watched.catch((error: unknown) => {
    if (error instanceof TimeUp) return undefined;
    throw error;
  });

function bodyOf({ digestAgeSeconds: _age, ...counts }: Watched): Buffer {
  const named = Object.entries(counts).map(([name, count]) => [name.replace(/[A-Z]/g, '_$&').toLowerCase(), count]);
  return Buffer.from(`${JSON.stringify(Object.fromEntries(named))}\n`);
}
