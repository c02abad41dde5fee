/** What a function reads of its environment: names that must be there, and where it runs. */
import { describe, expect, test } from '@jest/globals';
import { isLocalRuntime, resourceNames } from '../../shared/base/config.ts';

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
