/** The SDK calls of a charge to the ledger and the simulated processor, with items as large as a charge's. */
import { type AttributeValue, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';

const { LEDGER_TABLE, SIMULATOR_TABLE } = process.env;

const event = (type: string): AttributeValue => ({
  M: { id: { S: 'evt_abcdefghijklmnopqrstuvwxyz' }, type: { S: type }, at_ms: { N: '1790000000000' } },
});

const decryption = (key: string, requestId: string): AttributeValue => ({
  M: { key: { S: key }, request_id: { S: requestId }, at_ms: { N: '1790000000000' } },
});

export async function putCharge(id: string, owner: string, source: string): Promise<void> {
  const Item: Record<string, AttributeValue> = {
    entry_id: { S: id },
    owner: { S: owner },
    merchant_id: { S: owner.slice(0, 30) },
    mode: { S: 'test' },
    created_at_ms: { N: '1790000000000' },
    created_key: { S: `2026-09-21T14:13:20.000Z#${id}` },
    day_shard: { S: '2026-09-21#2' },
    open_shard: { S: '2' },
    open_since_ms: { N: '1790000000000' },
    nonce: { S: 'abcdefghijklmnopqrstuvwxyz' },
    status: { S: 'processing' },
    source_type: { S: 'token' },
    source_record: { S: source },
    amount_minor: { N: '4180' },
    currency: { S: 'JPY' },
    capture: { BOOL: true },
    save_card: { BOOL: false },
    processor: { S: 'simulator' },
    captured_minor: { N: '0' },
    refunded_minor: { N: '0' },
    refundable_minor: { N: '0' },
    operations: { M: {} },
    decryptions: { L: [] },
    events: { L: [event('charge.created')] },
  };
  await dynamodb.send(
    new PutItemCommand({
      TableName: LEDGER_TABLE,
      Item,
      ConditionExpression: 'attribute_not_exists(#key)',
      ExpressionAttributeNames: { '#key': 'entry_id' },
    }),
  );
}

/** One write of the simulated processor, in place of a processor's time. */
export async function authorize(reference: string): Promise<void> {
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: SIMULATOR_TABLE,
      Key: { reference: { S: reference } },
      UpdateExpression:
        'SET outcome = if_not_exists(outcome, :decision), amount_minor = if_not_exists(amount_minor, :amount), ' +
        'currency = if_not_exists(currency, :currency), captured_minor = if_not_exists(captured_minor, :captured), ' +
        'refunded_minor = if_not_exists(refunded_minor, :zero), refund_fails = if_not_exists(refund_fails, :fails) ' +
        'ADD authorizations_received :one',
      ConditionExpression: 'attribute_not_exists(outcome) OR outcome <> :canceled',
      ExpressionAttributeValues: {
        ':decision': { S: 'approved' },
        ':amount': { N: '4180' },
        ':currency': { S: 'JPY' },
        ':captured': { N: '4180' },
        ':zero': { N: '0' },
        ':fails': { BOOL: false },
        ':one': { N: '1' },
        ':canceled': { S: 'canceled' },
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
}

const ENDED = [
  'card',
  'decryptions',
  'status',
  'authorization_code',
  'network_transaction_id',
  'captured_minor',
] as const;

export async function endCharge(id: string, decryptions: Readonly<Record<string, string>>): Promise<void> {
  const names = [...ENDED, 'refundable_minor', 'events'];
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: LEDGER_TABLE,
      Key: { entry_id: { S: id } },
      UpdateExpression: `SET #events = list_append(#events, :event), ${names
        .filter((name) => name !== 'events')
        .map((name) => `#${name} = :${name}`)
        .join(', ')} REMOVE open_shard, open_since_ms`,
      ConditionExpression: '#status IN (:from0)',
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':event': { L: [event('charge.captured')] },
        ':from0': { S: 'processing' },
        ':card': {
          M: {
            brand: { S: 'visa' },
            bin: { S: '424242' },
            last4: { S: '4242' },
            exp_month: { N: '12' },
            exp_year: { N: '2030' },
            fingerprint: { S: 'fp_abcdefghijklmnopqrstuvwxyz' },
          },
        },
        ':decryptions': { L: Object.entries(decryptions).map(([key, requestId]) => decryption(key, requestId)) },
        ':status': { S: 'captured' },
        ':authorization_code': { S: '123456' },
        ':network_transaction_id': { S: 'sim-abcdefghijklmno' },
        ':captured_minor': { N: '4180' },
        ':refundable_minor': { N: '4180' },
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
}
