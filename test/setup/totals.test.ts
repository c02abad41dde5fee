/** The line that programs read must be as honest as Jest's own. */
import { expect, test } from '@jest/globals';
import { slowestLines, totalsLine } from './totals.ts';

test.each([
  ['all passed', { numPassedTests: 12, numFailedTests: 0, numRuntimeErrorTestSuites: 0 }, '12 passed, 0 failed'],
  ['some failed', { numPassedTests: 10, numFailedTests: 2, numRuntimeErrorTestSuites: 0 }, '10 passed, 2 failed'],
  ['a file did not run', { numPassedTests: 9, numFailedTests: 0, numRuntimeErrorTestSuites: 1 }, '9 passed, 1 failed'],
])('the totals say when %s', (_what, totals, line) => {
  expect(totalsLine(totals)).toBe(line);
});

test('the slowest files are named by their path below the root, slowest first', () => {
  const took = (name: string, durationMs: number) => ({
    testFilePath: `/clone/test/${name}`,
    perfStats: { start: 1_000, end: 1_000 + durationMs },
  });
  const files = Array.from({ length: 12 }, (_, index) => took(`${index}.test.ts`, index * 1_000));
  const lines = slowestLines(files, '/clone');
  expect(lines).toHaveLength(10);
  expect(lines[0]).toBe('  11.0 s  test/11.test.ts');
  expect(lines.at(-1)).toBe('   2.0 s  test/2.test.ts');
});
