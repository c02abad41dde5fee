/** Time as a parameter: the only file that reads the system clock or waits. Times are epoch milliseconds. */

export interface Clock {
  nowMs(): number;
  /** Waits; rejects with the signal's reason when it aborts first. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: (durationMs, signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      if (signal?.aborted) return reject(signal.reason);
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, durationMs);
      signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** RFC 3339 in UTC with milliseconds, the wire form of every time. */
export const toRfc3339 = (epochMs: number): string => new Date(epochMs).toISOString();
