/** While a payment's outcome is not known the page asks for itself again, and is loaded anew once it says something else. */

const EVERY_MS = 3_000;
/** Ten minutes: the vault asks the processor each minute, and a person may load the page at any time. */
const ASKED_MAX = 200;

export function watchOutcome(address: string, fetch: typeof globalThis.fetch, reload: () => void): void {
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
