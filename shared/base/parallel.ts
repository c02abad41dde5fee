/** Concurrent work with a bound on how many items are under way. */
import type { Clock } from './clock.ts';

/** Runs `work` on each of `items`, at most `atOnce` together; rejects with the first failure. */
export async function forEachAtOnce<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** What several sources yield, each asked for its next item while the others are read; throws the first failure. */
export async function* sideBySide<T>(sources: readonly AsyncIterator<T>[]): AsyncGenerator<T> {
  const ask = async (source: AsyncIterator<T>) => ({ source, next: await source.next() });
  const asked = new Map(sources.map((source) => [source, ask(source)]));
  // A failure of one that is not awaited any more has no other reader.
  for (const pending of asked.values()) pending.catch(() => undefined);
  while (asked.size > 0) {
    const { source, next } = await Promise.race(asked.values());
    asked.delete(source);
    if (next.done) continue;
    const pending = ask(source);
    pending.catch(() => undefined);
    asked.set(source, pending);
    yield next.value;
  }
}

interface Bounds {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly atOnce: number;
}

/**
 * Runs `work` on each of `items`, at most `atOnce` together, and starts none after `deadlineMs`. Returns how many
 * returned true. A failure is not counted and does not stop the others, because a later run retries it.
 */
export async function countUntil<T>(
  { clock, deadlineMs, atOnce }: Bounds,
  items: Iterable<T>,
  work: (item: T) => Promise<boolean>,
): Promise<number> {
  let done = 0;
  await forEachAtOnce(items, atOnce, async (item) => {
    if (clock.nowMs() < deadlineMs && (await work(item).catch(() => false))) done += 1;
  });
  return done;
}
