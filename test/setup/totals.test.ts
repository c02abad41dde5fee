/** The line that programs read must be as honest as Jest's own. */
import { expect, test } from '@jest/globals';
import { totalsLine } from './totals.ts';

test.each([
  ['all passed', { numPassedTests: 12, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, '12 passed, 0 failed'],
  ['some failed', { numPassedTests: 10, numFailedTests: 2, numRuntimeErrorTestSuites: 0 }, '10 passed, 2 failed'],
  ['a file did not run', { numPassedTests: 9, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }, '9 passed, 1 failed'],
])('the totals say when %s', (_what, totals, line) => {
  expect(totalsLine(totals)).toBe(line);
});
