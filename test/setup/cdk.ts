/**
 * Runs a script that builds CDK apps, in a Node process apart: the CDK loads in seconds there and in a minute inside
 * Jest's sandbox. The CDK's check of each template against CloudFormation's schemas is off, because it takes more than
 * half of a synthesis; `npm run check` and CI synthesize the app once with it.
 */
import { spawnSync } from 'node:child_process';
import { PROGRAM_TIMEOUT_MS } from './limits.ts';

const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

/** What one synthesis has Node compile, the others of a run do not. */
const { FUDA_TEST_COMPILED } = process.env;
const COMPILED = FUDA_TEST_COMPILED === undefined ? {} : { NODE_COMPILE_CACHE: FUDA_TEST_COMPILED };

export interface CdkRun {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What the script printed. Throws with its output where it failed. */
export function runCdk(script: string, { args = [], cwd, env = {} }: CdkRun = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    ...(cwd !== undefined && { cwd }),
    encoding: 'utf8',
    env: { ...process.env, ...COMPILED, NODE_OPTIONS: '', CDK_VALIDATION: 'false', ...env },
    maxBuffer: OUTPUT_MAX_BYTES,
    timeout: PROGRAM_TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}\n${stderr}`);
  return stdout;
}
