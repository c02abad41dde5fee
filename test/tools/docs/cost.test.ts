/** What docs/cost.md is made of: the templates, the budgets and the one table of prices. */
import { expect, test } from '@jest/globals';
import { billOf } from '../../../tools/bench/bill.ts';
import { monthlyBill } from '../../../tools/bench/monthly.ts';
import { templatesOf } from '../../setup/assembly.ts';
import { synthesizedApp } from '../../setup/synthesized.ts';

const templates = templatesOf(synthesizedApp());

test('one more key or alarm in the template costs more', () => {
  const cost = (...more: readonly object[]) =>
    monthlyBill([...templates, { Resources: Object.assign({}, ...more) }]).reduce((sum, { usd }) => sum + usd, 0);
  expect(cost({ Another: { Type: 'AWS::KMS::Key' } }) - cost()).toBeCloseTo(1, 6);
  expect(cost({ Another: { Type: 'AWS::CloudWatch::Alarm' } }) - cost()).toBeCloseTo(0.1, 6);
});

test('a call more costs more, by its price', () => {
  const operation = { kms: 2, dynamodb: 3, steps: 4, readUnits: 1, writeUnits: 2, memoryMb: 512 };
  const kms = (calls: number) =>
    billOf([{ ...operation, kms: calls }]).find(({ what }) => what === 'KMS calls')?.usd ?? 0;
  expect(kms(3) - kms(2)).toBeCloseTo(3, 6);
});
