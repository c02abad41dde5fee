/** The verbs of a merchant's server over checkout sessions: create, read, cancel. pay.ts holds the shopper's. */
import type { z } from 'zod/mini';
import type { Deps } from '../../base/deps.ts';
import { VaultError } from '../../base/errors.ts';
import { derivedId } from '../../base/ids.ts';
import type { Terms } from '../../base/terms.ts';
import { newEntry } from '../../ledger/entry.ts';
import { once } from '../../ledger/once.ts';
import type { Caller, KnownCaller } from '../../merchants/merchant.ts';
import { cancel, readCheckout } from './ledger.ts';
import { type CheckoutRequest, checkTerms, readTerms } from './request.ts';
import { type CheckoutItem, type CheckoutTerms, closedBecause, statusAt } from './session.ts';

/**
 * Creates a session once per idempotency key (V6). Its id is derived from owner and key. It cannot be guessed, because
 * an owner has 130 random bits that no page shows. Throws `idempotency_conflict`.
 */
export async function createCheckout(
  deps: Deps,
  { caller, merchant }: KnownCaller,
  request: z.infer<typeof CheckoutRequest>,
  idempotencyKey: string,
): Promise<CheckoutItem> {
  const terms = readTerms(request);
  const id = derivedId('cs', caller.owner, idempotencyKey);
  const found = await once<CheckoutTerms, CheckoutItem, { entry: CheckoutItem }>(
    deps,
    { id, fields: TERMS, terms },
    async () => {
      checkTerms(caller, await merchant(), terms);
      return { entry: newCheckout(deps, caller, terms, id) };
    },
  );
  return 'first' in found ? found.first.entry : found.repeated;
}

function newCheckout(deps: Deps, caller: Caller, terms: CheckoutTerms, id: string): CheckoutItem {
  const { day_shard: _auditorsOnly, ...entry } = newEntry(deps, caller, id, 'checkout_session.created');
  const endMs = entry.created_at_ms + terms.life_minutes * 60_000;
  return { ...entry, ...terms, status: 'open', payments: [], expires_at_ms: endMs, open_since_ms: endMs };
}

/** Field of the request → attribute, to name the field that differs. */
const TERMS = {
  amount: 'amount_minor',
  currency: 'currency',
  capture: 'capture',
  save_card: 'save_card',
  success_url: 'success_url',
  cancel_url: 'cancel_url',
  expires_in_minutes: 'life_minutes',
  locale: 'locale',
  processor: 'processor',
  description: 'description',
  metadata: 'metadata',
} as const satisfies Terms<CheckoutTerms>;

/** Throws `checkout_session_not_found`, also for another merchant's session (V10). */
export async function getCheckout(deps: Deps, caller: Caller, id: string): Promise<CheckoutItem> {
  const item = await readCheckout(deps, id);
  if (item === null || item.owner !== caller.owner) throw notFound();
  return item;
}

/**
 * Cancels an open session, so that it can no longer be paid. A canceled or expired one stays as it is. Throws
 * `checkout_session_paid`, or `checkout_session_busy` while a payment is under way.
 */
export async function cancelCheckout(deps: Deps, caller: Caller, id: string): Promise<CheckoutItem> {
  const item = await getCheckout(deps, caller, id);
  const now = (await cancel(deps, item)) ?? (await getCheckout(deps, caller, id));
  const isOver = ['canceled', 'expired'].includes(statusAt(now, deps.clock.nowMs()));
  const refusal = closedBecause(now, deps.clock.nowMs());
  if (refusal !== null && !isOver) throw refusal;
  return now;
}

export const notFound = () => new VaultError('checkout_session_not_found', { param: 'checkout_session_id' });
