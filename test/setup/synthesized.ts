/**
 * The synthesized app, as `npm start` would run it. Made once in a run by the first test that asks for it, so that a run
 * of tests that need none does not wait for one; tests in other processes wait for the one that is making it.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCdk } from './cdk.ts';
import { PROGRAM_TIMEOUT_MS } from './limits.ts';

const root = join(import.meta.dirname, '../..');
const LOOK_EVERY_MS = 100;

/** The folder of the assembly. Throws with what synthesis printed when it failed, here or in another process. */
export function synthesizedApp(): string {
  const folder = process.env.FUDA_TEST_ASSEMBLY;
  if (!folder) throw new Error('FUDA_TEST_ASSEMBLY names no folder; test/setup/global-setup.ts sets it');
  const done = `${folder}.done`;
  if (existsSync(done)) return folder;
  if (isFirst(`${folder}.lock`)) synthesize(folder, done);
  const giveUpAtMs = performance.now() + PROGRAM_TIMEOUT_MS;
  while (!existsSync(done)) {
    if (performance.now() > giveUpAtMs)
      throw new Error('synth failed or did not end; its output is with the first test');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_EVERY_MS);
  }
  return folder;
}

/** Making a folder is atomic: one process makes it, the others find it made. */
function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

function synthesize(folder: string, done: string): void {
  synthesizeInto(folder);
  writeFileSync(done, '');
}

/** The app as it is with `-c name=value` for each of the context. */
export function synthesizeInto(folder: string, context: Readonly<Record<string, string>> = {}): void {
  runCdk(join(root, 'infra/app.ts'), {
    cwd: root,
    env: { CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
}
