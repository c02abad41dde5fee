/**
 * Jest's totals once more as `12 passed, 0 failed` on a line of its own, for programs that read the output. A test file
 * that could not run at all counts as a failure, for the tests inside it are not known.
 */
export interface Totals {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

export const totalsLine = (totals: Totals): string =>
  `${totals.numPassedTests} passed, ${totals.numFailedTests + totals.numRuntimeErrorTestSuites} failed`;

export default class TotalsReporter {
  onRunComplete(_contexts: unknown, totals: Totals): void {
    // The same stream as Jest's own closing lines, so that they stay in order.
    process.stderr.write(`\n${totalsLine(totals)}\n`);
  }
}
