/** Order statistics and seeded chance for the figures of every question. */

/** The value below which a share `p` of the values lies; NaN for none. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  /** First and third quartile. */
  readonly low: number;
  readonly high: number;
  readonly samples: number;
}

const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
  samples: values.length,
});

/** Ratios of two figures measured side by side, round by round, so that what slows the machine slows both. */
export const ratioOf = (over: readonly number[], under: readonly number[]): Spread =>
  spreadOf(over.map((value, round) => value / (under[round] ?? Number.NaN)));

export type Chance = () => number;

/** Mulberry32: small, fast and the same on every machine; for simulated time only, never for secrets. */
export function seededChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A latency distribution by two of its percentiles. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const Z99 = 2.3263;

/** Draws from the log-normal distribution with these percentiles, the usual shape of a service's latency. */
export function drawLatencyMs({ p50Ms, p99Ms }: Percentiles, chance: Chance): number {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return p50Ms * Math.exp((Math.log(p99Ms / p50Ms) / Z99) * normal);
}

/** Times of a Poisson process: arrivals that do not wait for responses. */
export function arrivalTimesMs(ratePerSecond: number, durationMs: number, chance: Chance): number[] {
  const times: number[] = [];
  const gap = () => (-Math.log(1 - chance()) * 1000) / ratePerSecond;
  for (let atMs = gap(); atMs < durationMs; atMs += gap()) times.push(atMs);
  return times;
}
