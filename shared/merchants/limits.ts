/**
 * How many attempts to make a token are taken within ten minutes, per merchant, per address and per BIN: whoever tries out
 * card numbers needs many. Near a ceiling each attempt has to bring a proof of work first. Data, with a merchant's own
 * numbers over the defaults.
 */
import type { Mode } from './mode.ts';

export const WINDOW_MINUTES = 10;

/** What attempts are counted by. */
export const COUNTED_BY = ['merchant', 'network', 'bin'] as const;
export type CountedBy = (typeof COUNTED_BY)[number];

export interface Ceiling {
  /** From the next attempt after this many on, each must bring a proof of work. */
  readonly proofAfter: number;
  /** As many are taken in one window; the next is refused. */
  readonly most: number;
}

export interface Limits extends Readonly<Record<CountedBy, Ceiling>> {
  /** Difficulty of the proof of work; 0 asks for none. */
  readonly proofBits: number;
}

/** A merchant's own numbers, where they differ from the defaults. */
export type OwnLimits = Readonly<Partial<Record<Mode, Partial<Limits>>>>;

/** Each further bit doubles the work: 15 are about a fifth of a second of a desktop browser. */
export const PROOF_BITS_MAX = 20;
/** Beyond what one counter, which is one item of a table, can take within a window. */
export const CEILING_MAX = 1_000_000;

/**
 * For shops of ordinary size: ten payments a second, sixty attempts behind one address (an office, a carrier's gateway),
 * and two of any issuer's cards a second.
 */
const LIVE: Limits = {
  merchant: { proofAfter: 3_000, most: 6_000 },
  network: { proofAfter: 15, most: 60 },
  bin: { proofAfter: 400, most: 1_200 },
  proofBits: 15,
};

/** Published test cards are all that is taken, so there is nothing to try out: a load test passes, a runaway script does not. */
const TEST_FACTOR = 100;
const timesAsMany = ({ proofAfter, most }: Ceiling): Ceiling => ({
  proofAfter: proofAfter * TEST_FACTOR,
  most: most * TEST_FACTOR,
});

export const DEFAULT_LIMITS: Readonly<Record<Mode, Limits>> = {
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
