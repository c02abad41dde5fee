/** The SDK calls of charging a token and nothing else, in the handler's order. */
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { decrypt } from './decrypt.ts';
import { authorize, endCharge, putCharge } from './ledger.ts';
import { spend } from './spend.ts';

export interface BareCharge {
  readonly id: string;
  readonly owner: string;
  /** SHA-256 of the token, or the card id. */
  readonly record: string;
}

export async function handler({ id, owner, record }: BareCharge): Promise<undefined> {
  const token = new GetItemCommand({
    TableName: process.env.TOKENS_TABLE,
    Key: { token_hash: { S: record } },
    ConsistentRead: true,
  });
  await Promise.all([putCharge(id, owner, record), dynamodb.send(token)]);
  const sealed = await spend(record, owner, id);
  const [PanKey, CvcKey] = await Promise.all([
    decrypt('pan', sealed.pan, owner, record),
    decrypt('cvc', sealed.cvc, owner, record),
  ]);
  await authorize(id);
  await endCharge(id, { PanKey, CvcKey });
}
