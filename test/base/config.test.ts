/** What a function reads of its environment: names that must be there, and where it runs. */
import { describe, expect, test } from '@jest/globals';
import { isLocalRuntime, resourceNames } from '../../shared/base/config.ts';
import { KEYS, type KeyName, keyVariable, TABLES, type TableName, tableVariable } from '../../shared/base/tables.ts';

test('every missing name is said at once', () => {
  const wanted = { tables: ['Ledger', 'Merchants'], keys: ['PanKey'] } as const;
  expect(() => resourceNames({ LEDGER_TABLE: 'l' }, wanted)).toThrow(
    'missing in the environment: MERCHANTS_TABLE, PAN_KEY_ARN',
  );
});

describe('a process takes itself for the local runtime', () => {
  test('where AWS is at 127.0.0.1', () => {
    expect(isLocalRuntime({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toBe(true);
  });

  test.each([
    [undefined],
    [''],
    ['127.0.0.1:4566'],
    ['https://dynamodb.ap-northeast-1.amazonaws.com'],
    ['http://127.0.0.1.example'],
    ['http://127.0.0.1@example.com'],
    ['http://localhost:4566'],
  ])('and nowhere else: %p', (endpoint) => {
    expect(isLocalRuntime(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint })).toBe(false);
  });
});

const wanted = { tables: ['Tokens', 'Cards'], keys: ['PanKey'] } as const;
const environment = { TOKENS_TABLE: 't', CARDS_TABLE: 'c', PAN_KEY_ARN: 'arn:pan', LEDGER_TABLE: 'l' };

test('every table and key that was asked for is there by its name', () => {
  const names = resourceNames(environment, wanted);
  expect([names.table('Tokens'), names.table('Cards'), names.key('PanKey')]).toEqual(['t', 'c', 'arn:pan']);
});

test('an empty variable is a missing one', () => {
  expect(() => resourceNames({ ...environment, CARDS_TABLE: '' }, wanted)).toThrow(/: CARDS_TABLE$/);
});

test('what was not asked for is not given, even where the environment has it', () => {
  const names = resourceNames(environment, wanted);
  expect(() => names.table('Ledger')).toThrow('did not ask for LEDGER_TABLE');
  expect(() => names.key('CvcKey')).toThrow('did not ask for CVC_KEY_ARN');
});

test('no two tables or keys share a variable', () => {
  const tables = Object.keys(TABLES).map((name) => tableVariable(name as TableName));
  const keys = Object.keys(KEYS).map((name) => keyVariable(name as KeyName));
  expect(new Set([...tables, ...keys]).size).toBe(tables.length + keys.length);
});
