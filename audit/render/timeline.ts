/** Divides a period into days, weeks or months, few enough for a chart. Times are UTC. */
import type { Period } from '../trail/digest-chain.ts';

export type Grain = 'day' | 'week' | 'month';

export interface Timeline {
  readonly grain: Grain;
  /** First day of each part, `2026-11-23`, in order. */
  readonly starts: readonly string[];
  /** The part a day belongs to; undefined outside the period. */
  indexOf(day: string): number | undefined;
}

const DAY_MS = 24 * 60 * 60_000;
const DAYS_MAX = 62;
const WEEKS_MAX = 60;

export function timelineOf({ fromMs, toMs }: Period): Timeline {
  const days = Math.floor(toMs / DAY_MS) - Math.floor(fromMs / DAY_MS) + 1;
  const grain: Grain = days <= DAYS_MAX ? 'day' : days / 7 <= WEEKS_MAX ? 'week' : 'month';
  const starts: string[] = [];
  for (let dayMs = Math.floor(fromMs / DAY_MS) * DAY_MS; dayMs <= toMs; dayMs += DAY_MS) {
    const start = startOf(dayMs, grain);
    if (starts.at(-1) !== start) starts.push(start);
  }
  const indexes = new Map(starts.map((start, index) => [start, index]));
  return { grain, starts, indexOf: (day) => indexes.get(startOf(Date.parse(day), grain)) };
}

/** The day itself, its Monday, or the first of its month. */
function startOf(dayMs: number, grain: Grain): string {
  const daysSinceMonday = (Math.floor(dayMs / DAY_MS) + 3) % 7;
  const day = new Date(grain === 'week' ? dayMs - daysSinceMonday * DAY_MS : dayMs).toISOString().slice(0, 10);
  return grain === 'month' ? `${day.slice(0, 7)}-01` : day;
}
