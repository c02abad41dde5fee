/** Each rule of the vault's own pack passes what is right and finds each thing that is wrong. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { RULES } from '../../../infra/rules/pack.ts';
import { runCdk } from '../../setup/cdk.ts';
import { CASES } from './cases.ts';
import type { Verdicts } from './verdicts.ts';

let found: Verdicts;

beforeAll(() => {
  found = JSON.parse(runCdk(join(import.meta.dirname, 'verdicts.ts'))) as Verdicts;
});

/** The findings of one rule; a stack that is wrong in one way may break other rules by it. */
const of = (rule: string, findings: readonly string[] = []) =>
  findings.filter((finding) => finding.startsWith(`${rule}[`));

describe.each(Object.entries(CASES))('%s', (rule, { bad }) => {
  test('finds nothing in what complies, and neither does any other rule', () => {
    expect(found.good[rule]).toEqual([]);
  });

  test.each(Object.keys(bad))('finds: %s', (fault) => {
    const name = fault.split(',')[0];
    expect(of(rule, found.bad[rule]?.[fault])).toEqual([`${rule}[${name}]`]);
  });
});

test('every rule has its stacks, and every file its rule', () => {
  expect(Object.keys(CASES).sort()).toEqual(RULES.map(({ name }) => name).sort());
  const files = readdirSync(join(import.meta.dirname, '../../../infra/rules'));
  const shared = ['read-resource.ts', 'rule.ts', 'pack.ts', 'statements.ts', 'vault-checks.ts'];
  const names = files
    .filter((file) => !shared.includes(file))
    .map((file) => file.slice(0, -'.ts'.length).replaceAll('-', ''));
  expect(names.sort()).toEqual(RULES.map(({ name }) => name.toLowerCase()).sort());
});

test('each rule names the requirements it serves', () => {
  for (const { requirement } of RULES) expect(requirement).toMatch(/^\d+\.\d+(\.\d+)*(, \d+\.\d+(\.\d+)*)*$/);
});
