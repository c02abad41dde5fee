/**
 * Ends Jest where a test left something open, such as a vault after a failed start: Jest would say that it did not
 * exit, and wait for ever.
 */
const LINGER_MS = 30_000;

export default class LingerReporter {
  readonly #isWatching: boolean;

  constructor({ watch, watchAll }: { readonly watch: boolean; readonly watchAll: boolean }) {
    this.#isWatching = watch || watchAll;
  }

  onRunComplete(): void {
    if (this.#isWatching) return;
    // Keeps nothing alive by itself.
    setTimeout(() => {
      process.stderr.write(
        `\nA test left something open, which kept Jest for ${LINGER_MS / 1_000} s after the last one.\n`,
      );
      process.exit(1);
    }, LINGER_MS).unref();
  }
}
