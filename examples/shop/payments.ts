/**
 * Pays for an order exactly once, also after double clicks and lost responses. An order has one open payment at most;
 * each payment keeps its token and its own Idempotency-Key, so sending it again cannot charge twice. A new payment
 * starts only when the last one is known to have charged nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Charge, createCharge, readCharge, type Vault, VaultProblem } from './charge.ts';
import type { Order, Outcome, Payment } from './orders.ts';

const RETRY_DELAY_MS = 250;
const PAYMENT_LIMIT = 10;

type Log = (line: string) => void;

/** A double click joins the payment that is under way; a new card after a decline starts the next one. */
export function pay(vault: Vault, order: Order, token: string, log: Log): Promise<Outcome> {
  if (mayStartPayment(order, token)) {
    order.payments.push({
      token,
      idempotencyKey: `order-${order.id}-${order.payments.length + 1}`,
      outcome: { kind: 'processing', chargeId: null },
      responseLost: false,
    });
  }
  return resolve(vault, order, log);
}

/** Asks the vault for the outcome of the open payment, if there is one. */
export function resolve(vault: Vault, order: Order, log: Log): Promise<Outcome> {
  const payment = order.payments.at(-1);
  if (payment === undefined) throw new Error('resolve needs a payment');
  order.inFlight ??= advance(vault, order, payment, log).finally(() => {
    order.inFlight = undefined;
  });
  return order.inFlight;
}

function mayStartPayment(order: Order, token: string): boolean {
  const last = order.payments.at(-1);
  if (last === undefined) return true;
  const nothingCharged = last.outcome.kind === 'declined' || last.outcome.kind === 'refused';
  return nothingCharged && last.token !== token && order.payments.length < PAYMENT_LIMIT;
}

async function advance(vault: Vault, order: Order, payment: Payment, log: Log): Promise<Outcome> {
  if (payment.outcome.kind !== 'processing') return payment.outcome;
  const { chargeId } = payment.outcome;
  try {
    const charge = chargeId === null ? await sendTwice(vault, order, payment) : await readCharge(vault, chargeId);
    payment.outcome = readOutcome(charge);
  } catch (error) {
    const isProblem = error instanceof VaultProblem;
    log(`order ${order.id}: ${isProblem ? `${error.message} (${error.requestId})` : 'the vault did not respond'}`);
    if (chargeId === null && isProblem) payment.outcome = readProblem(error, payment);
  }
  return payment.outcome;
}

/** One safe retry: same key, same body. */
async function sendTwice(vault: Vault, order: Order, payment: Payment): Promise<Charge> {
  const request = {
    idempotencyKey: payment.idempotencyKey,
    token: payment.token,
    amountMinor: order.amountMinor,
    currency: order.currency,
    orderId: order.id,
  };
  try {
    return await createCharge(vault, request);
  } catch (error) {
    if (!mayHaveCharged(error)) throw error;
    payment.responseLost = true;
    await sleep(RETRY_DELAY_MS);
    return createCharge(vault, request);
  }
}

/** Statuses other than these mean that the vault read the request and refused it. */
const TRANSIENT_STATUSES: readonly number[] = [408, 425, 429];

const mayHaveCharged = (error: unknown): boolean =>
  !(error instanceof VaultProblem) ||
  error.status < 400 ||
  error.status >= 500 ||
  TRANSIENT_STATUSES.includes(error.status) ||
  error.code === 'charge_busy';

/**
 * A definite refusal charged nothing, unless a key was revoked between two sends (401, 403), which says nothing about
 * the first. Where the problem is passing, the charge it names, if any, is the one to ask about.
 */
function readProblem(problem: VaultProblem, payment: Payment): Outcome {
  const saysNothing = payment.responseLost && (problem.status === 401 || problem.status === 403);
  if (mayHaveCharged(problem) || saysNothing) return { kind: 'processing', chargeId: problem.chargeId };
  return { kind: 'refused', code: problem.code };
}

function readOutcome(charge: Charge): Outcome {
  switch (charge.status) {
    case 'authorized':
    case 'captured':
    case 'partially_refunded':
    case 'refunded':
      return {
        kind: 'paid',
        chargeId: charge.id,
        brand: charge.card?.brand ?? 'card',
        last4: charge.card?.last4 ?? '••••',
      };
    case 'declined':
      return { kind: 'declined', declineCode: charge.decline_code ?? 'unknown' };
    case 'failed':
    case 'canceled':
      return { kind: 'refused', code: charge.failure_code ?? charge.status };
    default: // processing, and any status this shop does not know yet: ask again later.
      return { kind: 'processing', chargeId: charge.id };
  }
}
