/** The SDK calls of charging a stored card and nothing else, in the handler's order. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BareCharge } from './charge-token.ts';
import { dynamodb } from './clients.ts';
import { decrypt } from './decrypt.ts';
import { authorize, endCharge, putCharge } from './ledger.ts';

export async function handler({ id, owner, record }: BareCharge): Promise<undefined> {
  const card = new GetItemCommand({
    TableName: process.env.CARDS_TABLE,
    Key: { card_id: { S: record } },
    ConsistentRead: true,
  });
  const [, response] = await Promise.all([putCharge(id, owner, record), dynamodb.send(card)]);
  const PanKey = await decrypt('pan', response.Item?.pan_ct?.B ?? new Uint8Array(), owner, record);
  await authorize(id);
  await endCharge(id, { PanKey });
}
