/** `npm run docs`: writes the generated pages of docs/reference. `reference.test.ts` fails until they are written. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../local/synth.ts';
import { startVault } from '../setup/vault.ts';
import { renderReference } from './reference.ts';

const root = join(import.meta.dirname, '../..');
const assembly = mkdtempSync(join(tmpdir(), 'fuda-docs-'));
try {
  await synthesize(root, assembly);
  await using vault = await startVault({ assembly });
  for (const [name, text] of Object.entries(await renderReference(vault, assembly))) {
    writeFileSync(join(root, 'docs/reference', name), text);
    process.stdout.write(`docs/reference/${name}\n`);
  }
} finally {
  rmSync(assembly, { recursive: true, force: true });
}
