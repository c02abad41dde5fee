/**
 * Before all tests: the app is synthesized once, as `npm start` would, and the real DynamoDB engine is started where
 * Java is. Both are handed to the tests through the environment, and stopped after them.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDynamoDbLocal } from './dynamodb-local.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Of this run alone, so that two runs at once do not disturb each other. */
const assembly = join(root, `.build/test-assembly-${process.pid}`);

export default async function setUp(): Promise<void> {
  const synth = spawnSync(process.execPath, [join(root, 'infra/app.ts')], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '', CDK_OUTDIR: assembly },
    encoding: 'utf8',
    timeout: 180_000,
  });
  if (synth.status !== 0) throw new Error(`synth failed:\n${synth.stdout}\n${synth.stderr}`);
  process.env.FUDA_TEST_ASSEMBLY = assembly;
  const engine = await startDynamoDbLocal(join(root, '.cache'));
  if (typeof engine === 'string') console.log(`\nDynamoDB Local is left out, so its tests are not run: ${engine}`);
  else process.env.FUDA_DYNAMODB_LOCAL_URL = engine.url;
  const tearDown = (): void => {
    if (typeof engine !== 'string') engine.stop();
    rmSync(assembly, { recursive: true, force: true });
  };
  Object.assign(globalThis, { tearDownTests: tearDown });
}
