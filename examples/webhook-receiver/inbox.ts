/**
 * Each event once. The vault delivers at least once: an event whose response was lost comes again under the same id. A
 * real receiver keeps the ids in its database, in the transaction that does the work.
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
      // Remembered after the work: where it fails, the vault is told so and sends the event again.
      await work(event);
      taken.add(event.id);
      const [oldest] = taken;
      if (taken.size > REMEMBERED_MAX && oldest !== undefined) taken.delete(oldest);
      return true;
    },
  };
}
