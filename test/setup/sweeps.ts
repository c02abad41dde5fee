/**
 * Sweeps: tests of every pair of two lists, or of every call of a story. A run of all tests takes a part that its seed draws,
 * so that every part is told sooner or later; `SLOW=1`, as in CI, takes all.
 */
import { jest } from '@jest/globals';

export const IS_SLOW = process.env.SLOW === '1';

/** Whether a row of a sweep is told in this run. Of pairs, `index` is the sum of both: then each of either list is told. */
export const isDrawn = (index: number, oneIn: number): boolean => IS_SLOW || (index + jest.getSeed()) % oneIn === 0;
