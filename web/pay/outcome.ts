/** Polls while a payment's outcome is not known, and reloads the page once it has changed. */

const EVERY_MS = 3_000;
/** Ten minutes; the vault asks the processor each minute, and the shopper can reload at any time. */
const ASKED_MAX = 200;

export function watchOutcome(address: URL, fetch: typeof globalThis.fetch, reload: () => void): void {
  let asked = 0;
  const timer = setInterval(async () => {
    asked += 1;
    if (asked >= ASKED_MAX) clearInterval(timer);
    const page = await fetch(address, { cache: 'no-store', credentials: 'omit' })
      .then((response) => response.text())
      .catch(() => '');
    if (!/ data-status="(open|paid|expired|canceled)"/.test(page)) return;
    clearInterval(timer);
    reload();
  }, EVERY_MS);
}
