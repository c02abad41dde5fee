/**
 * Accepts the id of an open session in place of a publishable key: it allows a shopper to tokenize a card for the
 * merchant while the session can be paid, and nothing else.
 */
import type { Deps } from '../../base/deps.ts';
import { isId } from '../../base/ids.ts';
import type { Guest } from '../../merchants/callers.ts';
import { readCheckout } from './ledger.ts';
import { closedBecause, payerOf } from './session.ts';

/** Throws `checkout_session_…` where the session cannot be paid; one that does not exist is an unknown key. */
export const checkoutGuest =
  (deps: Deps): Guest =>
  async (credential) => {
    const item = isId('cs', credential) ? await readCheckout(deps, credential) : null;
    if (item === null) return null;
    const refusal = closedBecause(item, deps.clock.nowMs());
    if (refusal !== null) throw refusal;
    return payerOf(item);
  };
