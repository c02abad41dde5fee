/**
 * `fuda page check`: checks a merchant's payment page, for the person responsible for its scripts (PCI DSS 4.0.1
 * 6.4.3).
 */
import { type Inventory, readInventory } from '../../../shared/pages/inventory.ts';
import { isVaultScript, judgePage, type PageFault } from '../../../shared/pages/merchant-page.ts';
import { type PlainCommand, UsageError } from '../../core/command.ts';
import { columns } from '../../core/help.ts';
import { getPage, readUrl } from './fetch.ts';

/** Advice for each finding. */
const ADVICE: Readonly<Record<PageFault, string>> = {
  vault_script_missing: 'the page’s HTML does not load fuda.js; where a script adds it, look at that one',
  vault_script_unpinned: 'fuda.js changes with the vault’s releases; take the pinned address of GET /js/integrity.json',
  integrity_missing: 'fuda.js is loaded without integrity="sha384-…"',
  integrity_unknown: 'the integrity of fuda.js is not of this vault’s current release',
  crossorigin_missing: 'a browser checks integrity only with crossorigin="anonymous"',
  policy_missing: 'no Content-Security-Policy limits which scripts may run',
  policy_unsafe: 'the Content-Security-Policy allows scripts that it does not name',
  script_unpinned: 'a script of another server is loaded without integrity: that server can change the page',
};

export const pageCheck: PlainCommand = {
  name: 'page check',
  summary: 'Check a merchant’s payment page: which scripts it has, and whether it loads the vault’s by hash.',
  positionals: [{ name: 'url', about: 'the payment page, as a shopper’s browser opens it' }],
  options: {},
  notes: [
    'Needs no vault and no key. Reads the HTML as it is served: scripts that scripts add are not seen.',
    'Exit code 1 when there is something to fix.',
  ],
  examples: ['page check https://shop.example/checkout', 'page check https://shop.example/checkout --json'],
  async run(input) {
    const url = readUrl(input.positional('url'));
    const { status, headers, body } = await getPage(url);
    if (status !== 200) throw new UsageError(`<url> returns status ${status}; name the page itself.`);
    const policy = headers['content-security-policy'];
    const page = { url, html: body.toString('utf8'), policy: policy === undefined ? undefined : String(policy) };
    const { scripts } = judgePage(page, null);
    const ours = scripts.find(({ isVaults }) => isVaults)?.address;
    const { faults } = judgePage(page, ours === undefined ? null : await inventoryBeside(ours));
    const rows = scripts.map(({ address, integrity }) => [address, integrity ?? 'no integrity'] as const);
    const advice = faults.map(({ fault, address }) => `${fault}: ${ADVICE[fault]}${address ? ` (${address})` : ''}`);
    return {
      text: [
        `${scripts.length} scripts:`,
        ...columns(rows),
        '',
        advice.length === 0 ? 'Nothing to fix.' : advice.join('\n'),
      ].join('\n'),
      json: { url, scripts, faults },
      exitCode: faults.length === 0 ? 0 : 1,
    };
  },
};

/** The vault's inventory, from the server of the page's vault script. */
async function inventoryBeside(script: string): Promise<Inventory | null> {
  if (!isVaultScript(script)) return null;
  const { status, body } = await getPage(new URL('integrity.json', script).href);
  return status === 200 ? readInventory(body.toString('utf8')) : null;
}
