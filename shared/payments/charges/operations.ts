/**
 * Capture, cancel and refund. Each has an id derived from its charge and idempotency key, is written as pending before
 * the processor is asked, and is asked under that id, so asking again after a lost response has no second effect (V8).
 * One operation at a time per charge; a refund takes its amount out of `refundable_minor` when it begins (V7).
 */
import * as z from 'zod/mini';
import type { Deps } from '../../base/deps.ts';
import { VaultError } from '../../base/errors.ts';
import { derivedId, isId } from '../../base/ids.ts';
import { AMOUNT_MINOR_MAX } from '../../base/money.ts';
import type { Caller } from '../../merchants/merchant.ts';
import { orUnknown } from '../processors/processor.ts';
import { processorFor, unlessUnavailable } from '../processors/registry.ts';
import {
  authorizationOf,
  type ChargeItem,
  type ChargeView,
  chargeView,
  type Operation,
  type OperationKind,
  payeeOf,
  type RefundView,
  refundView,
  TRANSITIONS,
} from './charge.ts';
import { beginOperation, endOperation, readCharge } from './store.ts';

/** Keeps the item far below DynamoDB's 400 KB. */
export const OPERATIONS_MAX = 100;

/** Body of capture and refund; without an amount, the whole rest. Cancel takes no amount. */
export const AmountRequest = z.strictObject({
  amount: z.optional(
    z
      .int({ error: 'amount_invalid' })
      .check(
        z.gte(1, { error: 'amount_invalid' }),
        z.lte(AMOUNT_MINOR_MAX, { error: 'amount_invalid' }),
        z.describe('In minor units of the charge’s currency; left out, all that there is.'),
      ),
  ),
});
export const NoAmountRequest = z.strictObject({});

interface Wanted {
  readonly chargeId: string;
  readonly amountMinor: number | undefined;
  readonly idempotencyKey: string;
}

/** Captures all or part of an authorization, once; throws `charge_not_capturable`, `capture_too_large`. */
export async function captureCharge(deps: Deps, caller: Caller, wanted: Wanted): Promise<ChargeView> {
  return chargeView((await operate(deps, caller, 'capture', wanted)).charge);
}

/** Releases an authorization that was not captured; throws `charge_not_cancelable`. */
export async function cancelCharge(deps: Deps, caller: Caller, wanted: Wanted): Promise<ChargeView> {
  return chargeView((await operate(deps, caller, 'cancel', wanted)).charge);
}

/** Refunds all or part of a capture, repeatedly up to what was captured; throws `refund_too_large` and the like. */
export async function refundCharge(deps: Deps, caller: Caller, wanted: Wanted): Promise<RefundView> {
  const { charge, operation } = await operate(deps, caller, 'refund', wanted);
  return refundView(charge, operation);
}

const ID_PREFIX = { capture: 'cap', cancel: 'can', refund: 're' } as const;

async function operate(
  deps: Deps,
  caller: Caller,
  kind: OperationKind,
  wanted: Wanted,
): Promise<{ charge: ChargeItem; operation: Operation }> {
  const charge = isId('ch', wanted.chargeId) ? await readCharge(deps, wanted.chargeId) : null;
  if (charge === null || charge.owner !== caller.owner)
    throw new VaultError('charge_not_found', { param: 'charge_id' });
  const id = derivedId(ID_PREFIX[kind], charge.entry_id, wanted.idempotencyKey);
  const before = operationOf(charge, id);
  if (before !== undefined) return repeated(deps, charge, before, wanted.amountMinor);
  const operation: Operation = {
    id,
    kind,
    amount_minor: wanted.amountMinor ?? wholeAmount(charge, kind),
    ...(wanted.amountMinor === undefined && kind !== 'cancel' && { is_whole: true }),
    status: 'processing',
    created_at_ms: deps.clock.nowMs(),
  };
  refuseImpossible(charge, operation);
  // Refuses a processor that is no longer set up before the operation is begun rather than after.
  await processorFor(deps, payeeOf(charge), charge.processor);
  const begun = await beginOperation(deps, charge.entry_id, operation);
  if (begun === null) return lostRace(deps, charge, operation, wanted.amountMinor);
  return outcome(await performOperation(deps, begun, operation), operation);
}

const operationOf = (charge: ChargeItem, id: string): Operation | undefined =>
  charge.pending?.id === id ? charge.pending : charge.operations[id];

const outcome = (charge: ChargeItem, operation: Operation) => ({
  charge,
  operation: operationOf(charge, operation.id) ?? operation,
});

const wholeAmount = (charge: ChargeItem, kind: OperationKind): number =>
  kind === 'refund' ? charge.refundable_minor : charge.amount_minor;

/** The reasons in the order they are given; the conditional write holds the same line against races. */
function refuseImpossible(charge: ChargeItem, { kind, amount_minor: amountMinor }: Operation): void {
  if (!(TRANSITIONS[kind].from as readonly string[]).includes(charge.status)) {
    const code = { capture: 'charge_not_capturable', cancel: 'charge_not_cancelable', refund: 'charge_not_refundable' };
    throw new VaultError(code[kind] as 'charge_not_capturable', { charge: charge.entry_id });
  }
  if (charge.pending !== undefined) throw new VaultError('charge_busy', { charge: charge.entry_id });
  if (kind === 'capture' && amountMinor > charge.amount_minor)
    throw new VaultError('capture_too_large', { param: 'amount' });
  if (kind !== 'refund') return;
  if (amountMinor > charge.refundable_minor) throw new VaultError('refund_too_large', { param: 'amount' });
  if (Object.keys(charge.operations).length >= OPERATIONS_MAX) throw new VaultError('refund_limit');
}

/**
 * Same key again (V6): the same response, or `idempotency_conflict` where the amount differs. A cancel has none. An
 * operation without an outcome stays as it is while its processor cannot be asked.
 */
async function repeated(deps: Deps, charge: ChargeItem, before: Operation, amountMinor: number | undefined) {
  const askedMinor = before.is_whole || before.kind === 'cancel' ? undefined : before.amount_minor;
  if (amountMinor !== askedMinor) {
    throw new VaultError('idempotency_conflict', { param: 'amount', charge: charge.entry_id });
  }
  if (before.status !== 'processing') return outcome(charge, before);
  return outcome(await unlessUnavailable(performOperation(deps, charge, before), charge), before);
}

/**
 * Another request changed the charge between the read and the write: reads the current charge and responds with that. A
 * request without an amount means the current rest, not the rest at the first read.
 */
async function lostRace(deps: Deps, charge: ChargeItem, operation: Operation, amountMinor: number | undefined) {
  const now = await readCharge(deps, charge.entry_id);
  if (now === null) throw new VaultError('busy');
  const same = operationOf(now, operation.id);
  if (same !== undefined) return repeated(deps, now, same, amountMinor);
  refuseImpossible(now, { ...operation, amount_minor: amountMinor ?? wholeAmount(now, operation.kind) });
  throw new VaultError('charge_busy', { charge: charge.entry_id });
}

/**
 * Asks the processor for a pending operation and writes the response. Safe to repeat: the processor knows the operation
 * by its id. The charge stays pending where the response is unknown.
 */
export async function performOperation(deps: Deps, charge: ChargeItem, operation: Operation): Promise<ChargeItem> {
  const processor = await processorFor(deps, payeeOf(charge), charge.processor);
  const { id, kind, amount_minor: amountMinor, created_at_ms: requestedAtMs } = operation;
  const authorization = authorizationOf(charge);
  const request = { reference: charge.entry_id, authorization, operation: id, requestedAtMs, amountMinor };
  const response = await orUnknown(processor[kind](request));
  if (response.outcome === 'unknown') return charge;
  const ended: Operation = { ...operation, status: response.outcome === 'done' ? 'succeeded' : 'failed' };
  const written = await endOperation(deps, charge.entry_id, ended, effectOf(charge, ended));
  return written ?? (await readCharge(deps, charge.entry_id)) ?? charge;
}

/** What an ended operation changes on its charge (V7). `charge` is the item with the operation pending. */
function effectOf(charge: ChargeItem, ended: Operation): Partial<ChargeItem> {
  const { kind, amount_minor: amountMinor } = ended;
  if (ended.status === 'failed') {
    return kind === 'refund' ? { refundable_minor: charge.refundable_minor + amountMinor } : {};
  }
  if (kind === 'capture') return { status: 'captured', captured_minor: amountMinor, refundable_minor: amountMinor };
  if (kind === 'cancel') return { status: 'canceled' };
  const refundedMinor = charge.refunded_minor + amountMinor;
  const isWhole = refundedMinor === charge.captured_minor;
  return { status: isWhole ? 'refunded' : 'partially_refunded', refunded_minor: refundedMinor };
}
