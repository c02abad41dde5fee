/**
 * Prints, as JSON, what the rule packs find in the vault with and without our acknowledgements. A separate script,
 * started by acknowledgements.test.ts, because the CDK loads in seconds in plain Node and in a minute inside Jest's
 * sandbox.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks, type NagPack, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { acknowledgeFindings } from '../../infra/acknowledge.ts';
import { AuditStack } from '../../infra/audit-stack.ts';
import { ROUTES, SCHEDULES } from '../../infra/routes.ts';
import { VaultChecks } from '../../infra/rules/vault-checks.ts';
import { VaultStack } from '../../infra/vault-stack.ts';

export interface RaisedFindings {
  /** Each as `rule at path`. */
  readonly raised: readonly string[];
  readonly unanswered: readonly string[];
  /** What acknowledging an empty stack says. */
  readonly lostPlace: string;
  /** Retention of the trail's buckets that lock objects, for real cards and for test ones. */
  readonly retention: Readonly<Record<'production' | 'development', readonly unknown[]>>;
}

/** Both stacks of infra/app.ts. */
function makeApp(bundles: string, production: boolean): { app: App; audit: Stack } {
  const app = new App();
  const trailName = 'Fuda-trail';
  const audit = new AuditStack(app, 'FudaAudit', { trail: { name: trailName }, production });
  new VaultStack(app, 'Fuda', { bundles, production, trailStore: audit.store, trailName });
  return { app, audit };
}

function findings(app: App, change: (pack: NagPack) => void = () => {}): string[] {
  const packs: readonly NagPack[] = [
    new VaultChecks(),
    new AwsSolutionsChecks(),
    new PCIDSS321Checks(),
    new ServerlessChecks(),
  ];
  return packs.flatMap((pack) => {
    change(pack);
    return pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
      );
  });
}

/** As if nothing had been answered. */
const unacknowledged = (pack: NagPack): void => {
  Object.assign(pack, { isAcknowledged: () => false });
};

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
  const { app, audit } = makeApp(bundles, false);
  const found: RaisedFindings = {
    raised: findings(app, unacknowledged),
    unanswered: findings(app),
    lostPlace: whatIsSaidOf(() => acknowledgeFindings(new Stack(new App(), 'Empty'), 'CardVault')),
    retention: { development: retention(audit), production: retention(makeApp(bundles, true).audit) },
  };
  process.stdout.write(JSON.stringify(found));
} finally {
  rmSync(bundles, { recursive: true });
}
