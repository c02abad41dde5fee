/** The report on permissions finds what it is there to find: a call without a permission, a permission without a call. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { permissionMatrix } from '../../audit/permissions.ts';
import { type FunctionRow, ROUTES, SCHEDULES } from '../../infra/routes.ts';
import { readStack } from '../../local/template/stack.ts';
import { templatesOf } from './assembly.ts';
import { holdersOfVerbs } from './holders.ts';
import type { PermissionUse } from './permission-uses.ts';
import { type Deployed, judge } from './permissions.ts';
import { synthesizedApp } from './synthesized.ts';

let deployed: Deployed;
beforeAll(() => {
  const assembly = synthesizedApp();
  const holders = holdersOfVerbs();
  deployed = { stack: readStack(assembly), matrix: permissionMatrix(templatesOf(assembly)), holders };
});

const ofVerb = (
  who: string,
  action: string,
  resource: string,
  context: PermissionUse['context'] = {},
): PermissionUse => ({
  by: 'verb',
  who,
  action,
  resource,
  context,
  isAllowed: true,
  calls: 1,
});
const PAN = {
  'kms:EncryptionContext:purpose': 'pan',
  'kms:EncryptionContext:merchant': 'mer_a',
  'kms:EncryptionContext:record': 'r1',
  'kms:EncryptionContextKeys': ['purpose', 'merchant', 'record'],
};
const { 'kms:EncryptionContext:merchant': _, ...rest } = PAN;
const NOBODYS_PAN = { ...rest, 'kms:EncryptionContextKeys': ['purpose', 'record'] };
const missingOf = async (...uses: readonly PermissionUse[]) => (await judge(uses, deployed)).missing;

describe('a call of a verb', () => {
  test('that its function may make is counted as a use of that right', async () => {
    const use = ofVerb('createCharge > openPan', 'kms:Decrypt', 'PanKey', PAN);
    const { missing, unused, granted, kinds } = await judge([use], deployed);
    expect(missing).toEqual([]);
    expect([kinds, granted - unused.length]).toEqual([1, 1]);
    expect(unused).not.toContain('cde/create-charge kms:Decrypt PanKey');
    expect(unused).toContain('cde/forward-request kms:Decrypt PanKey');
  });

  test.each([
    ['an action its role lacks', ofVerb('createToken', 'dynamodb:DeleteItem', 'Tokens')],
    ['an action others have', ofVerb('createToken', 'dynamodb:UpdateItem', 'Tokens')],
    ['an index its role lacks', ofVerb('createCharge', 'dynamodb:Query', 'Ledger/index/open')],
    ['a key of another function', ofVerb('storeCard', 'kms:Decrypt', 'PanKey', PAN)],
    ['a context without its merchant', ofVerb('createCharge', 'kms:Decrypt', 'PanKey', NOBODYS_PAN)],
    [
      'an action that no role has, from an unknown place of its stack',
      ofVerb('resolve > write', 'dynamodb:Scan', 'Ledger'),
    ],
  ])('with %s is a missing permission', async (_what, use) => {
    expect(await missingOf(use)).toContainEqual(expect.stringContaining(`may not ${use.action} ${use.resource}`));
  });

  test('that several functions run must be allowed to each', async () => {
    expect(await missingOf(ofVerb('changeCard > moveCard', 'dynamodb:UpdateItem', 'Cards'))).toEqual([]);
    const missing = await missingOf(ofVerb('changeCard > moveCard', 'dynamodb:PutItem', 'Cards'));
    expect(missing.map((sentence) => sentence.split(' ')[0])).toEqual([
      'api/delete-card',
      'api/lock-card',
      'api/unlock-card',
    ]);
  });

  test('of the command line is held against the operator’s policy', async () => {
    expect(await missingOf(ofVerb('createMerchant', 'dynamodb:PutItem', 'Merchants'))).toEqual([]);
    expect(await missingOf(ofVerb('createMerchant', 'dynamodb:GetItem', 'Tokens'))).toHaveLength(1);
  });

  test('on something the template does not have is an error, not a pass', async () => {
    await expect(judge([ofVerb('createCharge', 'dynamodb:GetItem', 'Elsewhere')], deployed)).rejects.toThrow(
      /Elsewhere/,
    );
  });
});

test('a refused call of a function is no use of the right it lacked', async () => {
  const use: PermissionUse = {
    ...ofVerb('cde/create-charge', 'kms:Decrypt', 'PanKey', PAN),
    by: 'function',
    isAllowed: false,
  };
  expect(await judge([use], deployed)).toMatchObject({ refused: 1, kinds: 0, missing: [] });
});

test('every function that holds a right is found behind some verb', () => {
  const found = new Set([...deployed.holders.values()].flatMap((holders) => [...holders]));
  const rows: readonly FunctionRow[] = [...ROUTES, ...SCHEDULES];
  const holding = rows.filter(({ tables, keys }) => Object.keys({ ...tables, ...keys }).length > 0);
  expect(holding.map(({ entry }) => entry).filter((entry) => !found.has(entry))).toEqual([]);
});
