/** `npm run docs`: writes the generated pages of docs/. `reference.test.ts` and `controls.test.ts` fail until they are written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synth.ts';
import { templatesOf } from '../setup/assembly.ts';
import { startVault } from '../setup/vault.ts';
import { fullTemplates } from './full-templates.ts';
import { renderReference } from './reference.ts';
import { renderControlPages } from './render-controls.ts';
import { renderCost } from './render-cost.ts';

const root = join(import.meta.dirname, '../..');
const assembly = mkdtempSync(join(tmpdir(), 'fuda-docs-'));
try {
  await synthesize(root, assembly);
  const templates = templatesOf(assembly);
  write('docs', renderControlPages(templates));
  write('docs', { 'cost.md': renderCost({ small: templates, full: fullTemplates() }) });
  await using vault = await startVault({ assembly });
  write('docs/reference', await renderReference(vault, assembly));
} finally {
  rmSync(assembly, { recursive: true, force: true });
}

function write(folder: string, pages: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(pages)) {
    writeFileSync(join(root, folder, name), text);
    process.stdout.write(`${folder}/${name}\n`);
  }
}
