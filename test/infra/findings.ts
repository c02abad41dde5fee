/**
 * Prints, as JSON, what the rule packs find in the vault with and without our acknowledgements. A script of its own,
 * started by acknowledgements.test.ts: the CDK loads in seconds in plain Node and in a minute inside Jest's sandbox.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, type NagPack, PCIDSS321Checks } from 'cdk-nag';
import { acknowledgeFindings } from '../../infra/acknowledgements.ts';
import { CardVault } from '../../infra/card-vault.ts';
import { ROUTES, SCHEDULES } from '../../infra/routes.ts';

export interface Findings {
  /** Each as `rule at path`. */
  readonly raised: readonly string[];
  readonly unanswered: readonly string[];
  /** What acknowledging an empty stack says. */
  readonly lostPlace: string;
  /** Retention of the trail's buckets that lock objects, for real cards and for test ones. */
  readonly retention: Readonly<Record<'production' | 'development', readonly unknown[]>>;
}

function vaultStack(bundles: string, production: boolean): Stack {
  const stack = new Stack(new App(), 'Fuda');
  new CardVault(stack, 'Vault', { bundles, production });
  return stack;
}

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

function whatIsSaidOf(act: () => void): string {
  try {
    act();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const retention = (stack: Stack): unknown[] =>
  Object.values(Template.fromStack(stack).findResources('AWS::S3::Bucket')).flatMap(
    ({ Properties }) => Properties?.ObjectLockConfiguration?.Rule?.DefaultRetention ?? [],
  );

/** The packs look at the configuration, not at the code, so any handler will do here. */
const bundles = mkdtempSync(join(tmpdir(), 'fuda-infra-'));
try {
  for (const { entry } of [...ROUTES, ...SCHEDULES]) {
    mkdirSync(join(bundles, entry), { recursive: true });
    writeFileSync(join(bundles, entry, 'index.mjs'), `export const handler = async () => '${entry}';\n`);
  }
  const answered = vaultStack(bundles, false);
  const raised = findings(answered);
  acknowledgeFindings(answered);
  const found: Findings = {
    raised,
    unanswered: findings(answered),
    lostPlace: whatIsSaidOf(() => acknowledgeFindings(new Stack(new App(), 'Empty'))),
    retention: { development: retention(answered), production: retention(vaultStack(bundles, true)) },
  };
  process.stdout.write(JSON.stringify(found));
} finally {
  rmSync(bundles, { recursive: true });
}
