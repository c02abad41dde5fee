/**
 * `npm run docs`: writes the generated pages of docs/. `--check` writes none, names the pages that are out of date, and
 * exits with 1 where there are any. `--commands` lists every command line that pages and programs print.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { synthesize } from '../../local/synth.ts';
import { readInventory } from '../../shared/pages/inventory.ts';
import { templatesOf } from '../../test/setup/assembly.ts';
import { startVault } from '../../test/setup/vault.ts';
import { everything, listed } from './commands/everything.ts';
import { fullTemplates } from './full-templates.ts';
import { renderReference } from './reference.ts';
import { withArrows } from './render-arrows.ts';
import { renderControlPages } from './render-controls.ts';
import { renderCost } from './render-cost.ts';
import { HOSTILE_PAGE_TESTS, renderHostilePage } from './render-hostile-page.ts';
import { bundledPackages, renderLicenses } from './render-licenses.ts';
import { renderPageScripts } from './render-page-scripts.ts';

const root = join(import.meta.dirname, '../..');
const { check: isCheck, commands: isListing } = parseArgs({
  options: { check: { type: 'boolean', default: false }, commands: { type: 'boolean', default: false } },
}).values;
if (isListing) {
  process.stdout.write(listed((await everything(root)).judged));
  process.exit(0);
}
const assembly = mkdtempSync(join(tmpdir(), 'fuda-docs-'));
try {
  await synthesize(root, assembly);
  const templates = templatesOf(assembly);
  write('docs', renderControlPages(templates));
  // Synthesis has just built it.
  const inventory = readInventory(readFileSync(join(root, '.build/web/integrity.json'), 'utf8'));
  write('docs', { 'payment-page-scripts.md': renderPageScripts(inventory) });
  const attempts = HOSTILE_PAGE_TESTS.map((path) => readFileSync(join(root, path), 'utf8'));
  write('docs/reference', { 'hostile-page.md': renderHostilePage(attempts) });
  write('.', { 'ARCHITECTURE.md': withArrows(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')) });
  write('.', { 'THIRD-PARTY-LICENSES.txt': renderLicenses(root, await bundledPackages(root)) });
  write('docs', { 'cost.md': renderCost({ small: templates, full: fullTemplates() }) });
  await using vault = await startVault({ assembly });
  write('docs/reference', await renderReference(vault, assembly));
} finally {
  rmSync(assembly, { recursive: true, force: true });
}

function write(folder: string, pages: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(pages)) {
    const path = join(root, folder, name);
    if (!isCheck) writeFileSync(path, text);
    else if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
    else process.exitCode = 1;
    process.stdout.write(`${folder}/${name}${isCheck ? ' is not what npm run docs writes' : ''}\n`);
  }
}
