/** The templates of a vault with everything turned on, for docs/cost.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templatesOf } from '../setup/assembly.ts';

const TIMEOUT_MS = 180_000;

export function fullTemplates(): readonly unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-full-'));
  try {
    const script = join(import.meta.dirname, 'full-app.ts');
    const { status, stderr } = spawnSync(process.execPath, [script, folder], {
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '' },
      timeout: TIMEOUT_MS,
    });
    if (status !== 0) throw new Error(`the full vault does not synthesize:\n${stderr}`);
    return templatesOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
