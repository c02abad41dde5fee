/**
 * `npm run rehearse`: rehearses the first deployment without an account. Deploys the synthesized stacks with the CDK's
 * own command line to an AWS that this project did not write, runs the main story against the deployed API, deploys a
 * change, checks that nothing was replaced, and destroys the stacks. First AWS's own command line validates the trail of
 * the local runtime, because that account has none. Needs Python 3.10 or newer with pip.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synth.ts';
import { cdkFor, type Deployed, deployedResources } from './cdk.ts';
import { giveMoreMemory, LEFT_OUT, NOT_TOLD, withoutLeftOut } from './left-out.ts';
import { type StandIn, startStandIn } from './stand-in.ts';
import * as story from './story.ts';
import { validateLocalTrail } from './validate-logs.ts';

const root = join(import.meta.dirname, '../..');
const startedMs = performance.now();
const say = (text: string): void => {
  process.stdout.write(`${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${text}\n`);
};

const scratch = mkdtempSync(join(tmpdir(), 'fuda-rehearsal-'));
try {
  const whole = join(scratch, 'synthesized');
  await synthesize(root, whole);
  await validateLocalTrail(root, whole, scratch, say);
  await using standIn = await startStandIn(root);
  say('an empty account is there: ministack, without containers');
  await rehearse(standIn, whole);
  say('done');
} catch (error) {
  process.stdout.write(`\nThe rehearsal failed: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function rehearse(standIn: StandIn, whole: string): Promise<void> {
  const assembly = join(scratch, 'assembly');
  const gone = withoutLeftOut(whole, assembly);
  const cdk = cdkFor(root, standIn, scratch);
  // The modules of the command line, loaded below, read this environment.
  Object.assign(process.env, standIn.environment);

  await cdk.bootstrap();
  say('cdk bootstrap');
  const { ApiUrl = '' } = await cdk.deploy(assembly);
  const first = await deployedResources(standIn.endpoint);
  say(`cdk deploy --all: ${first.length} resources in two stacks`);
  for (const [type, count] of Object.entries(gone)) say(`  without ${count} ${type}: ${LEFT_OUT[type]}`);

  const deployment: story.Deployment = { standIn, resources: first, apiUrl: executeApi(standIn, ApiUrl), say };
  const shop = await story.openShop(deployment);
  const paid = await story.pay(deployment, shop);
  await story.refuse(deployment, shop);
  await story.giveBack(deployment, shop, paid);
  await story.matchDecryptions(deployment, paid);
  await story.readMetrics(deployment);
  for (const sentence of NOT_TOLD) say(`  not rehearsed: ${sentence}`);

  const waiting = await story.tokenize(deployment, shop);
  const lambdas = first.filter(({ type }) => type === 'AWS::Lambda::Function').map(({ physicalId }) => physicalId);
  const memoryMb = () => Promise.all(lambdas.map((name) => standIn.memoryMbOf(name)));
  const before = await memoryMb();
  giveMoreMemory(assembly, 64);
  await cdk.deploy(assembly);
  const second = await deployedResources(standIn.endpoint);
  assert.deepEqual(second, first);
  assert.deepEqual(
    await memoryMb(),
    before.map((megabytes) => megabytes + 64),
  );
  say(
    `cdk deploy --all changes the memory of ${lambdas.length} functions and replaces none of ${second.length} resources`,
  );
  const after = await story.charge(deployment, shop, waiting.id, 'order-5');
  assert.equal(after.status, 201);
  say('a token made before it is charged after it');

  await cdk.destroy(assembly);
  assert.deepEqual(await deployedResources(standIn.endpoint).catch(() => []), []);
  await expectKept(standIn, first);
}

/** The stand-in serves a stage's URL under its own address, so no name has to be resolved. */
function executeApi({ endpoint }: StandIn, apiUrl: string): string {
  const { hostname, pathname } = new URL(apiUrl);
  return `${endpoint}/_aws/execute-api/${hostname.split('.')[0]}${pathname.replace(/\/$/, '')}`;
}

/** Tables and keys are retained, because stored cards would be lost without a table and unreadable without a key. */
async function expectKept(standIn: StandIn, deployed: readonly Deployed[]): Promise<void> {
  const of = (type: string) => deployed.filter((resource) => resource.type === type);
  const tables = of('AWS::DynamoDB::Table').filter(({ logicalId }) => !logicalId.includes('Simulator'));
  for (const { physicalId: TableName } of tables) {
    assert.ok((await standIn.ask('DynamoDB_20120810.DescribeTable', { TableName })).Table);
  }
  const keys = of('AWS::KMS::Key');
  for (const { physicalId: KeyId } of keys) {
    const { KeyMetadata } = await standIn.ask('TrentService.DescribeKey', { KeyId });
    assert.equal((KeyMetadata as { KeyState: string }).KeyState, 'Enabled');
  }
  say(`cdk destroy --all: the stacks are gone, and ${tables.length} tables and ${keys.length} keys were kept`);
}
