/** The SDK calls of storing a token's card and nothing else, in the handler's order. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReEncryptCommand } from '@aws-sdk/client-kms';
import type { BareCharge } from './charge-token.ts';
import { dynamodb, kms } from './clients.ts';
import { spend } from './spend.ts';

const { PAN_KEY_ARN, CARDS_TABLE } = process.env;

export async function handler({ id, owner, record }: BareCharge): Promise<undefined> {
  const { pan } = await spend(record, owner, id);
  const context = (of: string) => ({ purpose: 'pan', merchant: owner.split('/')[0] ?? '', record: of });
  const moved = await kms.send(
    new ReEncryptCommand({
      CiphertextBlob: pan,
      SourceKeyId: PAN_KEY_ARN,
      SourceEncryptionContext: context(record),
      DestinationKeyId: PAN_KEY_ARN,
      DestinationEncryptionContext: context(id),
    }),
  );
  await dynamodb.send(
    new PutItemCommand({
      TableName: CARDS_TABLE,
      Item: {
        card_id: { S: id },
        owner: { S: owner },
        status: { S: 'active' },
        created_at_ms: { N: '1790000000000' },
        pan_ct: { B: moved.CiphertextBlob ?? new Uint8Array() },
        store_request_id: { S: moved.$metadata.requestId ?? '' },
        brand: { S: 'visa' },
        bin: { S: '424242' },
        last4: { S: '4242' },
        exp_month: { N: '12' },
        exp_year: { N: '2030' },
        fingerprint: { S: 'fp_abcdefghijklmnopqrstuvwxyz' },
      },
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'card_id' },
    }),
  );
}
