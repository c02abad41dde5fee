/** The templates of a vault with every option, for docs/cost.md. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { templatesOf } from '../../test/setup/assembly.ts';
import { runCdk } from '../../test/setup/cdk.ts';

export function fullTemplates(): readonly unknown[] {
  const folder = mkdtempSync(join(tmpdir(), 'fuda-full-'));
  try {
    const script = join(import.meta.dirname, 'full-app.ts');
    runCdk(script, { args: [folder] });
    return templatesOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
