/** The assumptions of the benchmarks, in one place so that a reader can question them. */
import type { Latencies } from './aws.ts';

/** As a function in the same Region sees them, log-normal between these percentiles. An assumption, not a measurement. */
export const AWS_LATENCIES: Latencies = { kms: { p50Ms: 6, p99Ms: 25 }, dynamodb: { p50Ms: 4, p99Ms: 15 } };

export const SEED = 20261123;
