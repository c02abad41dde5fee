/**
 * Sweeps: tests of every pair of two lists, or of every call of a story. The seed of a run draws a part of the rows, so many
 * runs test all of them. CI sets `SLOW=1` and tests all in one run.
 */
import { jest } from '@jest/globals';

export const IS_SLOW = process.env.SLOW === '1';

/**
 * Whether this run tests a row of a sweep. For a pair, `index` is the sum of both indexes: then the run tests each item of
 * both lists.
 */
export const isDrawn = (index: number, oneIn: number): boolean => IS_SLOW || (index + jest.getSeed()) % oneIn === 0;
