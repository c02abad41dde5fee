/** POST /v1/charges/{charge_id}/refunds: gives back all or part of a capture, repeatedly up to the whole. */
import { AmountRequest, refundCharge } from '../../shared/payments/charges/operations.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

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
