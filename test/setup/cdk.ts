/**
 * Runs a script that builds CDK apps, in a Node process apart: the CDK loads in seconds there and in a minute inside
 * Jest's sandbox. The CDK's check of each template against CloudFormation's schemas is off, because it takes more than
 * half of a synthesis; `npm run check` and CI synthesize the app once with it.
 */
import { spawnSync } from 'node:child_process';

/** A bound for a busy machine; a quiet one needs a few seconds. */
const TIMEOUT_MS = 300_000;
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

export interface CdkRun {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The hooks of tests that wait for such a script need a bound of their own. */
export const CDK_TIMEOUT_MS = TIMEOUT_MS + 10_000;

/** What the script printed. Throws with its output where it failed. */
export function runCdk(script: string, { args = [], cwd, env = {} }: CdkRun = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], {
    ...(cwd !== undefined && { cwd }),
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '', CDK_VALIDATION: 'false', ...env },
    maxBuffer: OUTPUT_MAX_BYTES,
    timeout: TIMEOUT_MS,
  });
  if (status !== 0) throw new Error(`${script} failed:\n${stdout}\n${stderr}`);
  return stdout;
}
