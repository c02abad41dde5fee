/** Synthesizes the CDK app in a process of its own, which takes its 300 MB with it when it ends. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const SYNTH_TIMEOUT_MS = 120_000;
const OUTPUT_KEPT = 20_000;

/** Writes the assembly of infra/app.ts into `output`; throws with what the app printed when it fails. */
export async function synthesize(root: string, output: string, signal?: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'infra/app.ts')], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: output },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.any([AbortSignal.timeout(SYNTH_TIMEOUT_MS), ...(signal ? [signal] : [])]),
  });
  let printed = '';
  const keep = (text: Buffer) => {
    printed = (printed + text.toString()).slice(-OUTPUT_KEPT);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  if (code !== 0) throw new Error(`the stack does not synthesize (exit ${code}):\n${printed}`);
}
