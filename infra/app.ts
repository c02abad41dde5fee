/**
 * The CDK app: bundles the handlers, builds the stacks, and checks them with four rule packs. Needs no AWS account or
 * credentials. `-c env=prod` prepares the vault for real cards; other contexts put the trail's files into a separate
 * account.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import type { PanKeyProps } from './constructs/keys.ts';
import { AuditStack, bundleVault, type ITrailStore, type LiveDestination, VaultChecks, VaultStack } from './index.ts';

const bundles = await bundleVault();

const app = new App({
  outdir: process.env.CDK_OUTDIR ?? join(import.meta.dirname, '../cdk.out'),
  analyticsReporting: false,
  // Makes the template the same from the CDK's command line and from running this file.
  postCliContext: {
    ...recommendedFlags,
    // One statement per table and key is easier to audit than merged statements.
    '@aws-cdk/aws-iam:minimizePolicies': false,
    // CloudFormation must not replace the trail's bucket while a vault writes to it.
    '@aws-cdk/core:defaultCrossStackReferences': 'strong',
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:enable-path-metadata': true,
  },
});

const context = (name: string): string | undefined => {
  const value: unknown = app.node.tryGetContext(name);
  if (value !== undefined && (typeof value !== 'string' || value === '')) throw new Error(`-c ${name}=… takes a text`);
  return value;
};
const env = context('env') ?? 'dev';
// A misspelled `prod` must not give the weaker stack without an error.
if (env !== 'dev' && env !== 'prod') throw new Error('-c env=… takes dev or prod');
const production = env === 'prod';
const trailName = 'Fuda-trail';

/** The trail's files: in this account, or in the bucket and key of an auditors' stack in another account. */
function trailStore(): ITrailStore {
  const [bucketName, keyArn, account] = [context('trail-bucket'), context('trail-key-arn'), context('vault-account')];
  if (bucketName && keyArn) return { bucketName, keyArn };
  if (bucketName || keyArn) throw new Error('-c trail-bucket=… and -c trail-key-arn=… belong together');
  const trail = { name: trailName, ...(account === undefined ? {} : { account }) };
  return new AuditStack(app, 'FudaAudit', { trail, production }).store;
}

/** `pan-key=2` moves cards to a second PAN key; `former-pan-key=closed` then ends the use of the first. */
function panKey(): PanKeyProps {
  const [generation, former] = [Number(context('pan-key') ?? '1'), context('former-pan-key') ?? 'opens'];
  if (!Number.isInteger(generation) || generation < 1) throw new Error('-c pan-key=… takes 1, 2, 3 …');
  if (former !== 'opens' && former !== 'closed') throw new Error('-c former-pan-key=… takes opens or closed');
  return { generation, former };
}

const store = trailStore();
/** `-c destinations=FILE`: JSON of where live cards may go, kept beside the code and reviewed like it. */
const destinationsFile = context('destinations');
const destinations: readonly LiveDestination[] =
  destinationsFile === undefined ? [] : JSON.parse(readFileSync(destinationsFile, 'utf8'));
// If the vault is in another account, this app has only the auditors' stack: the two may not refer to each other.
if (context('vault-account') === undefined) {
  new VaultStack(app, 'Fuda', {
    bundles,
    production,
    trailStore: store,
    trailName,
    panKey: panKey(),
    destinations,
  });
}
Validations.of(app).addPlugins(
  new VaultChecks(app),
  new AwsSolutionsChecks(app),
  new PCIDSS321Checks(app),
  new ServerlessChecks(app),
);
app.synth();
