/** POST /v1/charges/{charge_id}/capture: takes all or part of an authorized amount. */
import { AmountRequest, captureCharge } from '../../shared/charges/operations.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';
import { pipeline } from '../pipeline.ts';

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
