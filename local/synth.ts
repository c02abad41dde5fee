/** Synthesizes the CDK app in a separate process, so that its 300 MB are freed at its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const SYNTH_TIMEOUT_MS = 120_000;
const OUTPUT_KEPT = 20_000;
const IS_WINDOWS = process.platform === 'win32';

/**
 * Writes the assembly of infra/app.ts into `output`. If it fails, throws an error with the app's output. If `signal`
 * aborts, ends the process group early.
 */
export async function synthesize(root: string, output: string, signal?: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(SYNTH_TIMEOUT_MS);
  const stop = AbortSignal.any([late, ...(signal ? [signal] : [])]);
  const child = spawn(process.execPath, [join(root, 'infra/app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: output },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, so that child processes can be ended with it.
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
    // It has already ended.
  }
}
