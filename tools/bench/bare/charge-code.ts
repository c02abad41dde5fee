/** The SDK calls of charging a stored card with its code and nothing else, in the handler's order. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BareCharge } from './charge-token.ts';
import { dynamodb } from './clients.ts';
import { decrypt } from './decrypt.ts';
import { authorize, endCharge, putCharge } from './ledger.ts';
import { spend } from './spend.ts';

export interface BareCodeCharge extends BareCharge {
  /** SHA-256 of the code token. */
  readonly code: string;
}

export async function handler({ id, owner, record, code }: BareCodeCharge): Promise<undefined> {
  const card = new GetItemCommand({
    TableName: process.env.CARDS_TABLE,
    Key: { card_id: { S: record } },
    ConsistentRead: true,
  });
  const [, response] = await Promise.all([putCharge(id, owner, record), dynamodb.send(card)]);
  const sealed = await spend(code, owner, id);
  const [PanKey, CvcKey] = await Promise.all([
    decrypt('pan', response.Item?.pan_ct?.B ?? new Uint8Array(), owner, record),
    decrypt('cvc', sealed.cvc, owner, code),
  ]);
  await authorize(id);
  await endCharge(id, { PanKey, CvcKey });
}
