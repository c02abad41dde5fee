/**
 * Ceilings on attempts to make a token within ten minutes, per merchant, per network and per BIN, because testing
 * stolen card numbers takes many. Near a ceiling each attempt must bring a proof of work. A merchant's own numbers
 * replace the defaults.
 */
import type { Mode } from './mode.ts';

export const WINDOW_MINUTES = 10;

export const COUNTED_BY = ['merchant', 'network', 'bin'] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

export interface Ceiling {
  /** From the next attempt after this many on, each must bring a proof of work. */
  readonly proofAfter: number;
  /** The last attempt accepted in one window; the next is refused. */
  readonly most: number;
}

export interface Limits extends Readonly<Record<CountedBy, Ceiling>> {
  /** Difficulty of the proof of work; 0 asks for none. */
  readonly proofBits: number;
}

/** A merchant's own numbers, where they differ from the defaults. */
export type OwnLimits = Readonly<Partial<Record<Mode, Partial<Limits>>>>;

/** Each further bit doubles the work; 15 bits take a desktop browser about a fifth of a second. */
export const PROOF_BITS_MAX = 20;
/**
 * Merchant and BIN are counters that all shoppers share, so one or two networks within their own ceilings must not reach
 * theirs.
 */
export const NETWORKS_MIN = 3;
/** More writes than one counter, which is one DynamoDB item, can take within a window. */
export const CEILING_MAX = 1_000_000;

/**
 * For shops of ordinary size: ten payments a second, sixty attempts from one address (an office, a carrier's gateway),
 * and two cards of one BIN a second.
 */
const LIVE: Limits = {
  merchant: { proofAfter: 3_000, most: 6_000 },
  network: { proofAfter: 15, most: 60 },
  bin: { proofAfter: 400, most: 1_200 },
  proofBits: 15,
};

/**
 * Test mode accepts published test cards only, so there is nothing to test: a load test passes, a runaway script does
 * not.
 */
const TEST_FACTOR = 100;
const timesAsMany = ({ proofAfter, most }: Ceiling): Ceiling => ({
  proofAfter: proofAfter * TEST_FACTOR,
  most: most * TEST_FACTOR,
});

const DEFAULT_LIMITS: Readonly<Record<Mode, Limits>> = {
  live: LIVE,
  test: {
    merchant: timesAsMany(LIVE.merchant),
    network: timesAsMany(LIVE.network),
    bin: timesAsMany(LIVE.bin),
    proofBits: LIVE.proofBits,
  },
};

export const limitsOf = ({ limits }: { readonly limits?: OwnLimits }, mode: Mode): Limits => ({
  ...DEFAULT_LIMITS[mode],
  ...limits?.[mode],
});
