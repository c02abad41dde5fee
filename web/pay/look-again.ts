/**
 * Asks the vault again when the shopper comes back to the page: meanwhile the session may have been paid in another tab or
 * on another device.
 */
import { type Asking, askUntil } from './outcome.ts';
import type { Screen } from './screen.ts';

export interface LookParts extends Asking {
  readonly screen: Screen;
  readonly reload: () => void;
}

export function lookAgain(document: Document, { screen, reload, ...asking }: LookParts): void {
  const isHidden = () => document.visibilityState === 'hidden';
  let isLooking = false;
  const look = async (): Promise<void> => {
    const known = (await asking.checkout.status()) ?? (await askUntil(asking, () => true));
    if (isHidden() || known === null || !screen.isStale()) return;
    if (known === 'open') screen.fresh();
    else reload();
  };
  document.addEventListener('visibilitychange', () => {
    if (isHidden()) return screen.hidden();
    if (!screen.isStale() || isLooking) return;
    isLooking = true;
    look().finally(() => {
      isLooking = false;
    });
  });
}
