/** POST /v1/charges: charges a token or stored card. 202 while the outcome is not known. */
import { ChargeRequest, createCharge } from '../../shared/payments/charges/create.ts';
import { pipeline } from '../runtime/pipeline.ts';
import { makeCdeDeps } from './deps.ts';

const cde = makeCdeDeps({
  tables: ['Merchants', 'Tokens', 'Cards', 'Ledger', 'Simulator'],
  keys: ['PanKey', 'CvcKey', 'SecretKey'],
});

export const handler = pipeline(
  cde,
  { key: 'secret', body: ChargeRequest, movesMoney: true },
  async ({ caller, body, idempotencyKey }) => {
    const charge = await createCharge(cde, caller, body, idempotencyKey);
    const charged = { processor: charge.processor.name, outcome: charge.status };
    return { status: charge.status === 'processing' ? 202 : 201, json: charge, charged, sentTo: charge.sent_to };
  },
);
