/** POST /v1/charges/{charge_id}/cancel: releases an authorization. */
import { cancelCharge, NoAmountRequest } from '../../shared/payments/charges/operations.ts';
import { makeDeps } from '../runtime/deps.ts';
import { makeKms } from '../runtime/kms.ts';
import { pipeline } from '../runtime/pipeline.ts';

const deps = makeDeps({ tables: ['Merchants', 'Ledger', 'Simulator'], keys: ['SecretKey'] }, makeKms());

export const handler = pipeline(
  deps,
  { key: 'secret', body: NoAmountRequest, movesMoney: true },
  async ({ caller, path, idempotencyKey }) => {
    const wanted = { chargeId: path('charge_id'), amountMinor: undefined, idempotencyKey };
    const charge = await cancelCharge(deps, caller, wanted);
    return { status: charge.status === 'authorized' ? 202 : 200, json: charge };
  },
);
