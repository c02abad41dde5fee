/** The SDK call that spends a token, for the bare charges and the bare store. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';

/** Returns the token's ciphertexts. */
export async function spend(hash: string, owner: string, spender: string) {
  const response = await dynamodb.send(
    new UpdateItemCommand({
      TableName: process.env.TOKENS_TABLE,
      Key: { token_hash: { S: hash } },
      UpdateExpression: 'SET spent_by = :spender, erased_at_ms = :now REMOVE pan_ct, cvc_ct, due_shard',
      ConditionExpression:
        'attribute_not_exists(spent_by) AND attribute_exists(cvc_ct) AND #owner = :owner AND expires_at_ms > :now',
      ExpressionAttributeNames: { '#owner': 'owner' },
      ExpressionAttributeValues: { ':spender': { S: spender }, ':now': { N: '1' }, ':owner': { S: owner } },
      ReturnValues: 'ALL_OLD',
    }),
  );
  const { pan_ct: pan, cvc_ct: cvc } = response.Attributes ?? {};
  return { pan: pan?.B ?? new Uint8Array(), cvc: cvc?.B ?? new Uint8Array() };
}
