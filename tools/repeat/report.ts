/** What Jest reports of one run (`--json`), as one line of the ledger. */
import type { Run } from './ledger.ts';

/** As much of Jest's report as is read. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** `report`: null where the run ended before Jest could write one. */
export function runOf(report: JestReport | null, run: Pick<Run, 'seed' | 'seconds' | 'ended'>): Run {
  const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites } = report ?? NOTHING;
  return {
    seed: run.seed,
    order: 'random',
    passed,
    failed: numFailedTests + numRuntimeErrorTestSuites,
    seconds: run.seconds,
    ended: run.ended,
    failures: (report ?? NOTHING).testResults.flatMap(({ name, status, assertionResults }) => {
      const file = name.slice(name.lastIndexOf('/test/') + 1);
      const failed = assertionResults.filter((result) => result.status === 'failed');
      if (failed.length > 0) return failed.map(({ fullName }) => `${file}: ${fullName}`);
      return status === 'failed' ? [`${file} could not run`] : [];
    }),
  };
}

const NOTHING: JestReport = { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 0, testResults: [] };
