/** Resolves a session: an open one expires, and a payment that stopped ends with its charge. */
import type { Deps } from '../../base/deps.ts';
import { RESOLVE_AFTER_MS } from '../../ledger/entry.ts';
import { chargeOrItsFailure, resolveCharge } from '../charges/resolve.ts';
import { endPayment, expire, readCheckout } from './ledger.ts';
import { type CheckoutItem, chargeTermsOf, outcomeOf, payerOf } from './session.ts';

/** The session after one try to resolve it. A payment that may still be running is left as it is. */
export async function resolveCheckout(deps: Deps, item: CheckoutItem): Promise<CheckoutItem> {
  const isStale = deps.clock.nowMs() - (item.open_since_ms ?? 0) >= RESOLVE_AFTER_MS;
  if (item.open_shard === undefined || !isStale) return item;
  const ended = await (item.status === 'processing' ? endFromCharge(deps, item) : expire(deps, item));
  return ended ?? (await readCheckout(deps, item.entry_id)) ?? item;
}

async function endFromCharge(deps: Deps, item: CheckoutItem): Promise<CheckoutItem | null> {
  const payment = item.payments.at(-1);
  if (payment === undefined) return null;
  const charge = await chargeOrItsFailure(deps, payerOf(item), chargeTermsOf(item, payment), payment.charge_id);
  const outcome = outcomeOf((await resolveCharge(deps, charge)).status);
  return outcome === null ? null : endPayment(deps, item, payment, outcome);
}
