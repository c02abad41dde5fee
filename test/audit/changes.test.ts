/** Who changed what, from the shapes of the DynamoDB developer guide, "Understanding DynamoDB log file entries". */
import { describe, expect, test } from '@jest/globals';
import { rowOf } from '../../audit/base/appendix.ts';
import { readEvent, type VaultResources } from '../../audit/trail/events.ts';
import { ChangeBook } from '../../audit/watch/changes.ts';
import { kmsRecord, RESOURCES, START_MS, tableRecord } from './trail-maker.ts';

const VAULT: VaultResources = {
  keyArns: RESOURCES.keyArns,
  tableNames: { ...RESOURCES.tableNames, Merchants: 'Fuda-Merchants-1', Events: 'Fuda-Events-1' },
};

const on = (tableName: string, name: string, parameters: object, differs: Record<string, unknown> = {}) =>
  tableRecord('Ledger', name, { tableName, ...parameters }, { resources: undefined, ...differs });
const merchants = (name: string, record: string, more: object = {}, differs: Record<string, unknown> = {}) =>
  on('Fuda-Merchants-1', name, { key: { record_id: record }, ...more }, differs);
const events = (name: string, record: string, more: object = {}) =>
  on('Fuda-Events-1', name, { key: { record_id: record }, ...more });
const setting = (attribute: string) => ({
  updateExpression: 'SET #name = :value, settings_version = :next',
  expressionAttributeNames: { '#name': attribute },
  conditionExpression: 'settings_version = :version',
});
const ssm = (eventName: string, requestParameters: object) =>
  kmsRecord({ eventSource: 'ssm.amazonaws.com', eventName, requestParameters, resources: undefined });
const RECEIVER = `/fuda/Fuda/destinations/forward/api.psp.example/443/sha256-${'a'.repeat(32)}`;

function changed(...records: readonly unknown[]): string[] {
  const book = new ChangeBook(() => {});
  for (const record of records) {
    const event = readEvent(record, VAULT, 'log');
    if (typeof event !== 'string') book.take(event);
  }
  return book.finish().changes.items.map(({ kind, act, record }) => `${kind} ${act} ${record}`);
}

describe('a change', () => {
  test.each([
    ['a merchant is made', merchants('PutItem', 'mer_a', { item: ['record_id', 'name'] }), 'merchant made mer_a'],
    ['a key is issued', merchants('PutItem', 'key_1', { item: ['record_id', 'limits'] }), 'key made key_1'],
    [
      'a key is revoked',
      merchants('UpdateItem', 'key_1', {
        updateExpression: 'SET #status = :revoked, revoked_at_ms = if_not_exists(revoked_at_ms, :now)',
        expressionAttributeNames: { '#status': 'status' },
      }),
      'key removed key_1',
    ],
    ['origins are set', merchants('UpdateItem', 'mer_a', setting('allowed_origins')), 'origins changed mer_a'],
    ['limits are set', merchants('UpdateItem', 'mer_a', setting('limits')), 'limits changed mer_a'],
    [
      'a processor is set',
      merchants('UpdateItem', 'mer_a', { updateExpression: 'SET processors = :list, processors_version = :next' }),
      'processors changed mer_a',
    ],
    [
      'a destination is set',
      merchants('UpdateItem', 'mer_a', { updateExpression: 'SET forward_destinations = :list, forward_revision = :n' }),
      'destinations changed mer_a',
    ],
    [
      'an attribute without a name of its own is set',
      merchants('UpdateItem', 'mer_a', { updateExpression: 'SET token_ttl_minutes = :m' }),
      'merchant changed mer_a',
    ],
    [
      'a secret is sealed',
      merchants('UpdateItem', 'secret_mer_a_stripe', { updateExpression: 'SET ct = :ct' }),
      'secret changed secret_mer_a_stripe',
    ],
    ['a merchant is deleted', merchants('DeleteItem', 'mer_a'), 'merchant removed mer_a'],
    ['a webhook is added', events('PutItem', 'we_1'), 'webhook made we_1'],
    [
      'a webhook’s secret is rotated',
      events('UpdateItem', 'we_1', { updateExpression: 'SET signing = :signing' }),
      'webhook changed we_1',
    ],
    [
      'a webhook is removed',
      events('UpdateItem', 'we_1', { updateExpression: 'SET #status = :removed REMOVE #list, list_key' }),
      'webhook removed we_1',
    ],
    ['a receiver is deployed', ssm('PutParameter', { name: RECEIVER, type: 'String' }), `receiver made ${RECEIVER}`],
    [
      'a receiver is overwritten',
      ssm('PutParameter', { name: RECEIVER, overwrite: true }),
      `receiver changed ${RECEIVER}`,
    ],
    ['receivers are deleted', ssm('DeleteParameters', { names: ['/x', RECEIVER] }), `receiver removed ${RECEIVER}`],
  ])('is listed where %s', (_, record, expected) => {
    expect(changed(record)).toEqual([expected]);
  });

  test('of several settings at once is listed for each', () => {
    const both = { updateExpression: 'SET allowed_origins = :o, limits = :l REMOVE processors' };
    expect(changed(merchants('UpdateItem', 'mer_a', both))).toEqual([
      'origins changed mer_a',
      'limits changed mer_a',
      'processors changed mer_a',
    ]);
  });

  test('in a batch, a transaction or a statement hides nothing', () => {
    const items = [
      { operation: 'Put', tableName: 'Fuda-Merchants-1', key: { record_id: 'key_2' } },
      {
        operation: 'Update',
        tableName: 'Fuda-Merchants-1',
        key: { record_id: 'mer_a' },
        updateExpression: 'SET allowed_origins = :o',
      },
      { operation: 'Delete', tableName: 'Fuda-Merchants-1', key: { record_id: 'mer_b' } },
    ];
    const inTable = {
      resources: [{ ARN: 'arn:aws:dynamodb:ap-northeast-1:111122223333:table/Fuda-Merchants-1' }],
    };
    const transaction = tableRecord('Ledger', 'TransactWriteItems', { requestItems: items }, inTable);
    const statement = tableRecord('Ledger', 'ExecuteStatement', { statement: 'UPDATE *** SET *** = ***' }, inTable);
    expect(changed({ ...transaction, requestParameters: { requestItems: items } })).toEqual([
      'key made key_2',
      'origins changed mer_a',
      'merchant removed mer_b',
    ]);
    expect(changed({ ...statement, requestParameters: { statement: 'UPDATE ***' } })).toEqual([
      'merchant changed unnamed',
    ]);
  });

  test.each([
    ['a read', merchants('GetItem', 'mer_a')],
    ['a query', on('Fuda-Merchants-1', 'Query', { indexName: 'by_merchant' })],
    [
      'a write whose condition did not hold',
      merchants('PutItem', 'mer_a', {}, { errorCode: 'ConditionalCheckFailedException' }),
    ],
    ['a write that AWS refused', merchants('UpdateItem', 'mer_a', setting('limits'), { errorCode: 'AccessDenied' })],
    ['a planting of honey records, whose time would give them away', merchants('PutItem', 'honey_1')],
    ['an event or a delivery', events('PutItem', 'evt_1')],
    ['a write of the ledger', tableRecord('Ledger', 'PutItem', { key: { entry_id: 'mer_a' } })],
    ['another parameter', ssm('PutParameter', { name: '/shop/settings' })],
    ['a read of a receiver', ssm('GetParameter', { name: RECEIVER })],
  ])('is not %s', (_, record) => {
    expect(changed(record)).toEqual([]);
  });
});

describe('the list of changes', () => {
  test('is in order of time, says who, and hands on every row', () => {
    const rows: object[] = [];
    const book = new ChangeBook(({ name, columns }, item) => void rows.push({ name, ...rowOf(columns, item) }));
    const person = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/olga', userName: 'olga' };
    const later = new Date(START_MS + 3_600_000).toISOString();
    for (const record of [
      merchants('PutItem', 'mer_b', {}, { eventTime: later, userIdentity: person }),
      merchants('PutItem', 'mer_a', {}, { userIdentity: person }),
    ]) {
      const event = readEvent(record, VAULT, 'log');
      if (typeof event !== 'string') book.take(event);
    }
    const { changes, byKind } = book.finish();
    expect(changes.items.map(({ record, event }) => `${record} ${event.caller}`)).toEqual(['mer_a olga', 'mer_b olga']);
    expect(byKind).toEqual({ merchant: 2 });
    expect(rows).toEqual([
      expect.objectContaining({ name: 'changes', kind: 'merchant', act: 'made', record: 'mer_b', caller: 'olga' }),
      expect.objectContaining({ name: 'changes', record: 'mer_a', aws_request_id: expect.any(String) }),
    ]);
  });

  test('keeps a thousand and counts the rest', () => {
    const book = new ChangeBook(() => {});
    const event = readEvent(merchants('PutItem', 'mer_a'), VAULT, 'log');
    for (let again = 0; again < 1_200; again += 1) if (typeof event !== 'string') book.take(event);
    const { changes } = book.finish();
    expect([changes.items.length, changes.total]).toEqual([1_000, 1_200]);
  });
});
