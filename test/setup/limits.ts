/**
 * Time limits of tests. They end what hangs and measure nothing: a machine that is busy with other work takes many times
 * as long as an idle one, and is right all the same.
 */

/** Of one test, and of each hook. */
export const TEST_TIMEOUT_MS = 300_000;

/** Of a program that a test starts: less, so that a test can say which one did not end. */
export const PROGRAM_TIMEOUT_MS = 240_000;

/** Of one request to a vault on this machine. */
export const REQUEST_TIMEOUT_MS = 120_000;
