/** Counts attempts for the functions that take cards and codes, and logs an attempt that could not be counted. */
import type { Deps } from '../../shared/base/deps.ts';
import { Attempts } from '../../shared/risk/attempts.ts';
import { report } from './deps.ts';

export const countAttempts = (deps: Deps): Attempts =>
  new Attempts(deps, (error) => {
    const fields = { event: 'attempt_uncounted', error: error instanceof Error ? error.name : undefined };
    report('warn', deps.clock.nowMs(), fields, { AttemptsUncounted: 1 });
  });
