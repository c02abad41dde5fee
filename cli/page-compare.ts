/** `fuda page compare`: what a vault serves to browsers, against what was built (PCI DSS 4.0.1 11.6.1). */
import { readFile } from 'node:fs/promises';
import { checkServed } from '../shared/hosted/check.ts';
import { readInventory } from '../shared/hosted/inventory.ts';
import type { Command } from './command.ts';
import { columns } from './help.ts';
import { readUrl, send } from './page-fetch.ts';

const BUILT = '.build/web/integrity.json';

export const pageCompare: Command = {
  name: 'page compare',
  summary: 'Compare the pages and scripts that a vault serves with those that were built, as its hourly check does.',
  positionals: [{ name: 'url', about: 'the API’s address, with its stage' }],
  options: {
    inventory: { value: 'file', about: `integrity.json of the release that is deployed (default: ${BUILT})` },
  },
  notes: [
    'From another network than AWS it also finds what is served differently there.',
    'Exit code 1 when something differs.',
  ],
  examples: ['page compare https://vault.example', 'page compare http://127.0.0.1:8080 --json'],
  async run(input) {
    const url = readUrl(input.positional('url'));
    const inventory = readInventory(await readFile(input.optional('inventory') ?? BUILT, 'utf8'));
    const findings = await checkServed(send, url, inventory);
    const rows = findings.map(({ page, fault, found = '' }) => [page, `${fault}  ${found}`.trim()] as const);
    const { pages, scripts } = inventory;
    return {
      text:
        findings.length === 0
          ? `As built, headers included. Pages: ${pages.length}, scripts: ${scripts.length}.`
          : columns(rows).join('\n'),
      json: { url, findings },
      exitCode: findings.length === 0 ? 0 : 1,
    };
  },
};
