/** POST /v1/charges/{charge_id}/capture: takes all or part of an authorized amount. */
import { AmountRequest, captureCharge } from '../../shared/payments/charges/operations.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger', 'Simulator'], keys: ['SecretKey'] }, makeKms());

export const handler = pipeline(
  deps,
  { key: 'secret', body: AmountRequest, movesMoney: true },
  async ({ caller, body, path, idempotencyKey }) => {
    const wanted = { chargeId: path('charge_id'), amountMinor: body.amount, idempotencyKey };
    const charge = await captureCharge(deps, caller, wanted);
    return { status: charge.status === 'authorized' ? 202 : 200, json: charge };
  },
);
