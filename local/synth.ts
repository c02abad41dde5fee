/** Synthesizes the CDK app in a process of its own, which takes its 300 MB with it when it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const SYNTH_TIMEOUT_MS = 120_000;
const OUTPUT_KEPT = 20_000;
const IS_WINDOWS = process.platform === 'win32';

/**
 * Writes the assembly of infra/app.ts into `output`; throws with what the app printed when it fails. Ends early, with
 * everything that it started, where `signal` aborts.
 */
export async function synthesize(root: string, output: string, signal?: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(SYNTH_TIMEOUT_MS);
  const stop = AbortSignal.any([late, ...(signal ? [signal] : [])]);
  const child = spawn(process.execPath, [join(root, 'infra/app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: output },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts can be ended with it.
    detached: !IS_WINDOWS,
  });
  let printed = '';
  const keep = (text: Buffer) => {
    printed = (printed + text.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const end = () => endGroup(child);
  stop.addEventListener('abort', end, { once: true });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  stop.removeEventListener('abort', end);
  if (signal?.aborted) return;
  if (late.aborted) throw new Error(`the stack does not synthesize within ${SYNTH_TIMEOUT_MS / 1000} s`);
  if (code !== 0) throw new Error(`the stack does not synthesize (exit ${code}):\n${printed}`);
}

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(IS_WINDOWS ? pid : -pid, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}
