/** `fuda page compare`: compares what a vault serves to browsers with what was built (PCI DSS 4.0.1 11.6.1). */
import { readFile } from 'node:fs/promises';
import { type AskedAs, checkServed } from '../../../shared/pages/check.ts';
import { readInventory } from '../../../shared/pages/inventory.ts';
import { type Input, type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { readUrl, send } from './fetch.ts';

const BUILT = '.build/web/integrity.json';

export const pageCompare: PlainCommand = {
  name: 'page compare',
  summary: 'Compare the pages and scripts that a vault serves with those that were built, as its hourly check does.',
  positionals: [{ name: 'url', about: 'the API’s address, with its stage' }],
  options: {
    inventory: { value: 'file', about: `integrity.json of the release that is deployed (default: ${BUILT})` },
    key: { value: 'pk_…', about: 'a publishable key, to request the field as its merchant’s page' },
    origin: { value: 'origin', about: 'the origin of that page, which is registered for the key' },
  },
  notes: [
    'Without --key and --origin it looks at the field’s probe; with both, at the field as a page of that merchant gets it.',
    'From another network than AWS it also finds what is served differently there.',
    'Exit code 1 when something differs.',
  ],
  examples: [
    'page compare https://vault.example',
    'page compare https://vault.example --key pk_live_… --origin https://shop.example',
  ],
  async run(input) {
    const url = readUrl(input.positional('url'));
    const as = readAskedAs(input);
    const inventory = readInventory(await readFile(input.optional('inventory') ?? BUILT, 'utf8'));
    const findings = await checkServed(send, url, inventory, as);
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

/** Both or neither. */
function readAskedAs(input: Input): AskedAs | undefined {
  if (!input.has('key') && !input.has('origin')) return undefined;
  const publishableKey = input.required('key');
  if (!/^pk_(test|live)_[a-z2-7]{26}$/.test(publishableKey)) throw new UsageError('--key must be a publishable key.');
  const [origin] = input.origins('origin');
  if (origin === undefined) throw new UsageError('--origin is missing.');
  return { publishableKey, origin };
}
