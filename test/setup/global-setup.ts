/**
 * Before all tests: the folder is named where the first test that needs the app synthesizes it, and DynamoDB Local is
 * started where it was asked for. Both are handed to the tests through the environment, and taken away after them, as
 * is the font that browsers have where `FUDA_TEST_FONTS` names one.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DynamoDbLocal, startDynamoDbLocal } from './dynamodb-local.ts';
import { readTestFont, writeFontsConf } from './fonts.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** Of this run alone, so that two runs at once do not disturb each other. */
const assembly = join(root, `.build/test-assembly-${process.pid}`);
/** Where tests note the AWS calls they make. */
const uses = join(root, `.build/test-uses-${process.pid}`);
/** What Node compiled of the bundles, which many vaults of a run start. */
const compiled = join(root, `.build/test-compiled-${process.pid}`);
const fonts = join(root, `.build/test-fonts-${process.pid}`);

export default async function setUp(): Promise<void> {
  const font = readTestFont(process.env.FUDA_TEST_FONTS);
  mkdirSync(uses, { recursive: true });
  process.env.FUDA_TEST_ASSEMBLY = assembly;
  process.env.FUDA_TEST_USES = uses;
  process.env.FUDA_TEST_COMPILED = compiled;
  if (font !== undefined) process.env.FONTCONFIG_FILE = writeFontsConf(fonts, font);
  const engine = await chosenEngine();
  if (engine) process.env.FUDA_DYNAMODB_LOCAL_URL = engine.url;
  const tearDown = (): void => {
    engine?.stop();
    for (const path of [uses, fonts, compiled, assembly, `${assembly}.lock`, `${assembly}.done`])
      rmSync(path, { recursive: true, force: true });
  };
  Object.assign(globalThis, { tearDownTests: tearDown });
}

/** Throws where DynamoDB Local is wanted but not available; undefined where the tests run on dynalite. */
async function chosenEngine(): Promise<DynamoDbLocal | undefined> {
  if (process.env.FUDA_TEST_ENGINE !== 'dynamodb-local') return undefined;
  const engine = await startDynamoDbLocal(join(root, '.cache'));
  if (typeof engine === 'string') throw new Error(`DynamoDB Local cannot be started: ${engine}`);
  return engine;
}
