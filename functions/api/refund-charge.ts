/** POST /v1/charges/{charge_id}/refunds: gives back all or part of a capture, repeatedly up to the whole. */
import { AmountRequest, refundCharge } from '../../shared/charges/operations.ts';
import { makeDeps } from '../deps.ts';
import { makeKms } from '../kms.ts';
import { pipeline } from '../pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger', 'Simulator'], keys: ['SecretKey'] }, makeKms());

export const handler = pipeline(
  deps,
  { key: 'secret', body: AmountRequest, movesMoney: true },
  async ({ caller, body, path, idempotencyKey }) => {
    const wanted = { chargeId: path('charge_id'), amountMinor: body.amount, idempotencyKey };
    const refund = await refundCharge(deps, caller, wanted);
    return { status: refund.status === 'processing' ? 202 : 201, json: refund };
  },
);
