/**
 * Handles each event once. The vault delivers at least once: after a lost response the event comes again with the same
 * id. A real receiver keeps the ids in its database, in the transaction that does the work.
 */
import type { VaultEvent } from './verify.ts';

/** More than the vault retries of within its three days, for this example. */
const REMEMBERED_MAX = 10_000;

export interface Inbox {
  /** Does the work for an event that is new; false for a repetition. */
  take(event: VaultEvent): Promise<boolean>;
}

export function inbox(work: (event: VaultEvent) => Promise<void> | void): Inbox {
  const taken = new Set<string>();
  return {
    async take(event) {
      if (taken.has(event.id)) return false;
      // Stored after the work: where that fails, the vault gets an error and sends the event again.
      await work(event);
      taken.add(event.id);
      const [oldest] = taken;
      if (taken.size > REMEMBERED_MAX && oldest !== undefined) taken.delete(oldest);
      return true;
    },
  };
}
