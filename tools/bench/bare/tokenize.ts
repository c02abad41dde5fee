/** The SDK calls of a tokenize and nothing else: Encrypt ∥ Encrypt ∥ GenerateMac ∥ three counts, then one put of the same size. */
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { EncryptCommand, GenerateMacCommand } from '@aws-sdk/client-kms';
import { dynamodb, kms } from './clients.ts';

export interface BareTokenize {
  readonly hash: string;
  readonly owner: string;
  readonly merchant: string;
}

const { PAN_KEY_ARN, CVC_KEY_ARN, FINGERPRINT_KEY_ARN, COUNTERS_TABLE, TOKENS_TABLE } = process.env;

/** One of an attempt's counters, which every request writes. */
const count = (what: string) =>
  dynamodb.send(
    new UpdateItemCommand({
      TableName: COUNTERS_TABLE,
      Key: { counter_id: { S: what } },
      UpdateExpression: 'SET expires_at_s = :expires ADD attempts :one',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':expires': { N: '1790001200' } },
      ReturnValues: 'ALL_NEW',
    }),
  );

export async function handler({ hash, owner, merchant }: BareTokenize): Promise<undefined> {
  const context = (purpose: string) => ({ purpose, merchant, record: hash });
  const [pan, cvc] = await Promise.all([
    kms.send(
      new EncryptCommand({ KeyId: PAN_KEY_ARN, Plaintext: Buffer.alloc(16), EncryptionContext: context('pan') }),
    ),
    kms.send(
      new EncryptCommand({ KeyId: CVC_KEY_ARN, Plaintext: Buffer.alloc(31), EncryptionContext: context('cvc') }),
    ),
    kms.send(
      new GenerateMacCommand({ KeyId: FINGERPRINT_KEY_ARN, MacAlgorithm: 'HMAC_SHA_256', Message: Buffer.alloc(16) }),
    ),
    ...['bare merchant', 'bare network', 'bare bin'].map(count),
  ]);
  await dynamodb.send(
    new PutItemCommand({
      TableName: TOKENS_TABLE,
      Item: {
        token_hash: { S: hash },
        owner: { S: owner },
        created_at_ms: { N: '1790000000000' },
        expires_at_ms: { N: '1790000900000' },
        brand: { S: 'visa' },
        bin: { S: '424242' },
        last4: { S: '4242' },
        exp_month: { N: '12' },
        exp_year: { N: '2030' },
        fingerprint: { S: 'fp_abcdefghijklmnopqrstuvwxyz' },
        pan_ct: { B: pan.CiphertextBlob ?? new Uint8Array() },
        cvc_ct: { B: cvc.CiphertextBlob ?? new Uint8Array() },
        due_shard: { S: '3' },
      },
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'token_hash' },
    }),
  );
}
