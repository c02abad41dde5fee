/**
 * The CDK app: bundles the handlers, builds the stack, and holds it against two rule packs. Runs without an AWS account
 * or credentials. `-c env=prod` makes the stack fit for real cards.
 */
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import { AwsSolutionsChecks, PCIDSS321Checks } from 'cdk-nag';
import { bundleFunctions, projectPaths } from './bundle.ts';
import { ROUTES, SCHEDULES, UPKEEP } from './routes.ts';
import { VaultStack } from './vault-stack.ts';

const root = join(import.meta.dirname, '..');
const paths = projectPaths(root);
await bundleFunctions([...ROUTES, ...SCHEDULES, ...Object.values(UPKEEP)], paths);

const app = new App({
  outdir: process.env.CDK_OUTDIR ?? join(root, 'cdk.out'),
  analyticsReporting: false,
  // The same template whether synthesized through the CDK's command line or by running this file.
  postCliContext: {
    ...recommendedFlags,
    // One statement per table and key reads better in an audit than the fewest statements.
    '@aws-cdk/aws-iam:minimizePolicies': false,
    'aws:cdk:enable-asset-metadata': true,
    'aws:cdk:enable-path-metadata': true,
  },
});
const env: unknown = app.node.tryGetContext('env') ?? 'dev';
// A misspelled `prod` must not quietly give the weaker stack.
if (env !== 'dev' && env !== 'prod') throw new Error('-c env=… takes dev or prod');
new VaultStack(app, 'Fuda', { bundles: paths.output, production: env === 'prod' });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new PCIDSS321Checks(app));
app.synth();
