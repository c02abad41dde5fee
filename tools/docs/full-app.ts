/**
 * Synthesizes a vault with every option that costs money into the given folder. A separate script, started by
 * full-templates.ts, because the CDK loads in seconds in plain Node and in a minute inside Jest's sandbox.
 */
import { App } from 'aws-cdk-lib';
import { AuditStack, bundleVault, VaultStack } from '../../infra/index.ts';

const [outdir = ''] = process.argv.slice(2);
const app = new App({ outdir });
const trailName = 'Full-trail';
const { store } = new AuditStack(app, 'FullAudit', { trail: { name: trailName }, production: true });
new VaultStack(app, 'Full', {
  bundles: await bundleVault(),
  production: true,
  trailStore: store,
  trailName,
  domain: {
    name: 'vault.example.com',
    certificateArn: 'arn:aws:acm:us-east-1:111122223333:certificate/11111111-1111-4111-8111-111111111111',
  },
  network: { egress: { hosts: ['api.stripe.com'] } },
  edge: { botSignals: true },
});
app.synth();
