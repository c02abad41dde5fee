/**
 * Ends a run with the ten slowest files, and with Jest's totals as `12 passed, 0 failed` on one line, for programs that
 * read the output. A test file that could not run at all counts as a failure, because the tests inside it are not known.
 */
import { relative } from 'node:path';

export interface Totals {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

export interface FileResult {
  readonly testFilePath: string;
  readonly perfStats: { readonly start: number; readonly end: number };
}

const SLOWEST_SHOWN = 10;

/** The slowest files, slowest first: `  12.3 s  test/flows/story.test.ts`. */
export function slowestLines(results: readonly FileResult[], root: string): string[] {
  const timed = results.map(({ testFilePath, perfStats }) => ({
    file: relative(root, testFilePath).replaceAll('\\', '/'),
    seconds: (perfStats.end - perfStats.start) / 1000,
  }));
  return timed
    .toSorted((a, b) => b.seconds - a.seconds)
    .slice(0, SLOWEST_SHOWN)
    .map(({ file, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${file}`);
}

export const totalsLine = (totals: Totals): string =>
  `${totals.numPassedTests} passed, ${totals.numFailedTests + totals.numRuntimeErrorTestSuites} failed`;

export default class TotalsReporter {
  readonly #root: string;

  constructor({ rootDir }: { readonly rootDir: string }) {
    this.#root = rootDir;
  }

  onRunComplete(_contexts: unknown, totals: Totals & { readonly testResults: readonly FileResult[] }): void {
    const slowest = slowestLines(totals.testResults, this.#root);
    if (slowest.length === SLOWEST_SHOWN) process.stderr.write(`\nThe ten slowest files:\n${slowest.join('\n')}\n`);
    // The same stream as Jest's own closing lines, so that they stay in order.
    process.stderr.write(`\n${totalsLine(totals)}\n`);
  }
}
