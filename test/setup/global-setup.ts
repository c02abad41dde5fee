/**
 * Before all tests: the folder is named where the first test that needs the app synthesizes it, and the real DynamoDB
 * engine is started where Java is. Both are handed to the tests through the environment, and taken away after them.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDynamoDbLocal } from './dynamodb-local.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Of this run alone, so that two runs at once do not disturb each other. */
const assembly = join(root, `.build/test-assembly-${process.pid}`);
/** Where tests note the AWS calls they make. */
const uses = join(root, `.build/test-uses-${process.pid}`);

export default async function setUp(): Promise<void> {
  mkdirSync(uses, { recursive: true });
  process.env.FUDA_TEST_ASSEMBLY = assembly;
  process.env.FUDA_TEST_USES = uses;
  const engine = await startDynamoDbLocal(join(root, '.cache'));
  if (typeof engine === 'string') console.log(`\nDynamoDB Local is left out, so its tests are not run: ${engine}`);
  else process.env.FUDA_DYNAMODB_LOCAL_URL = engine.url;
  const tearDown = (): void => {
    if (typeof engine !== 'string') engine.stop();
    for (const path of [uses, assembly, `${assembly}.lock`, `${assembly}.done`])
      rmSync(path, { recursive: true, force: true });
  };
  Object.assign(globalThis, { tearDownTests: tearDown });
}
