import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, type NagPack, PCIDSS321Checks } from 'cdk-nag';
import { ACKNOWLEDGEMENTS, acknowledgeFindings } from '../../infra/acknowledgements.ts';
import { CardVault } from '../../infra/card-vault.ts';
import { ROWS } from './template.ts';

/** The packs look at the configuration, not at the code, so any handler will do here. */
const bundles = mkdtempSync(join(tmpdir(), 'fuda-infra-'));

beforeAll(() => {
  for (const { entry } of ROWS) {
    mkdirSync(join(bundles, entry), { recursive: true });
    writeFileSync(join(bundles, entry, 'index.mjs'), `export const handler = async () => '${entry}';\n`);
  }
});
afterAll(() => rmSync(bundles, { recursive: true }));

function vaultStack(): Stack {
  const stack = new Stack(new App(), 'Fuda');
  new CardVault(stack, 'Vault', { bundles, production: false });
  return stack;
}

/** Each finding as `rule at path`. */
function findings(stack: Stack): string[] {
  const packs: readonly NagPack[] = [new AwsSolutionsChecks(), new PCIDSS321Checks()];
  return packs.flatMap((pack) =>
    pack
      .validateScope(stack)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      ),
  );
}

describe('findings of the rule packs', () => {
  test('each acknowledgement answers a finding that is really raised at its place', () => {
    const raised = findings(vaultStack());
    for (const { id, where } of ACKNOWLEDGEMENTS) {
      const answered = raised.filter((finding) => finding.startsWith(`${id} at Fuda/${where}/`));
      expect([id, where, answered.length > 0]).toEqual([id, where, true]);
    }
  });

  test('none is left without an answer', () => {
    const stack = vaultStack();
    acknowledgeFindings(stack);
    expect(findings(stack)).toEqual([]);
  });

  test('an acknowledgement whose place is gone stops synthesis', () => {
    expect(() => acknowledgeFindings(new Stack(new App(), 'Empty'))).toThrow(/nothing at Vault/);
  });

  test('each reason is a sentence an assessor can weigh', () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason).toMatch(/^[A-Zc].{80,}\.$/);
  });
});

describe('a vault for real cards', () => {
  test.each([
    [true, 'COMPLIANCE'],
    [false, 'GOVERNANCE'],
  ])('production %s: the trail’s retention is held in %s mode', (production, mode) => {
    const stack = new Stack(new App(), 'Fuda');
    new CardVault(stack, 'Vault', { bundles, production });
    Template.fromStack(stack).hasResourceProperties('AWS::S3::Bucket', {
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Days: 400, Mode: mode } } },
    });
  });
});
